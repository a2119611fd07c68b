-- Who answers a queue: 'clinical', the care team alone, or 'front-desk', the front desk as well.
ALTER TABLE queues ADD COLUMN answered_by TEXT NOT NULL DEFAULT 'clinical'
  CHECK (answered_by IN ('clinical', 'front-desk'));
UPDATE queues SET answered_by = 'front-desk' WHERE id IN ('front-desk', 'billing');
