-- The facts of the practice until its admin edits them, and the three resources every patient is offered.

INSERT INTO practice (id, name, phone, address, time_zone, office_hours, holidays, categories, reply_promise_hours, terms_version)
VALUES (
  1,
  'Hillside Cancer Care',
  '(479) 587-1700',
  '100 Hillside Way, Fayetteville, AR 72701',
  'America/Chicago',
  '[null,{"opens":"08:00","closes":"17:00"},{"opens":"08:00","closes":"17:00"},{"opens":"08:00","closes":"17:00"},{"opens":"08:00","closes":"17:00"},{"opens":"08:00","closes":"17:00"},null]',
  '["2026-11-26","2026-11-27","2026-12-25","2027-01-01","2027-05-31","2027-07-05","2027-09-06","2027-11-25","2027-11-26","2027-12-24"]',
  '[
    {"id":"symptom","queue":"nurses","en":["Symptom or side effect","Pain, fever, nausea, or how you feel"],"es":["Síntoma o efecto secundario","Dolor, fiebre, náuseas o cómo se siente"]},
    {"id":"medicine","queue":"nurses","en":["Medicine or refill","A question about a medicine, or you need more"],"es":["Medicina o surtido","Una pregunta sobre una medicina, o necesita más"]},
    {"id":"appointment","queue":"front-desk","en":["Appointment or scheduling","Make, move, or cancel a visit"],"es":["Cita u horario","Hacer, cambiar o cancelar una visita"]},
    {"id":"result","queue":"nurses","en":["Test or lab result","A question about a result you saw"],"es":["Resultado de prueba o laboratorio","Una pregunta sobre un resultado que vio"]},
    {"id":"treatment","queue":"nurses","en":["Treatment plan question","What comes next and why"],"es":["Pregunta sobre el tratamiento","Qué sigue y por qué"]},
    {"id":"forms","queue":"front-desk","en":["Forms, letters, records","Papers for work, travel, or another doctor"],"es":["Formularios, cartas, expedientes","Papeles para el trabajo, viajes u otro médico"]},
    {"id":"billing","queue":"billing","en":["Billing or insurance","Bills, costs, and coverage"],"es":["Pagos o seguro","Cuentas, costos y cobertura"]},
    {"id":"other","queue":"front-desk","en":["Something else","Anything that does not fit above"],"es":["Otra cosa","Lo que no cabe arriba"]}
  ]',
  8,
  '2026-11'
);

INSERT INTO resources (id, position, name, url, phone, purpose_en, purpose_es) VALUES
  ('nci', 1, 'National Cancer Institute', 'https://www.cancer.gov', '1-800-422-6237', 'Clear facts about each type of cancer, its treatment, and clinical trials.', 'Información clara sobre cada tipo de cáncer, su tratamiento y los estudios clínicos.'),
  ('acs', 2, 'American Cancer Society', 'https://www.cancer.org', '1-800-227-2345', 'Answers day and night, rides to treatment, and places to stay.', 'Respuestas de día y de noche, viajes al tratamiento y lugares donde quedarse.'),
  ('cancercare', 3, 'CancerCare', 'https://www.cancercare.org', '1-800-813-4673', 'Free counseling, support groups, and help with costs.', 'Consejería gratis, grupos de apoyo y ayuda con los costos.');
