/** Words that lists of leaked passwords are made of, English and Spanish, and the practice's own world. */
export const commonWords: ReadonlySet<string> = new Set(
  `password passwort passphrase contrasena contraseña clave secret secreto welcome bienvenido hello hola letmein login signin admin
administrator root user usuario guest test testing tester temp temporary default changeme change master access acceso qwerty
qwertyuiop qwert asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx qaz wsx edc abc abcd abcde abcdef abcdefg iloveyou love lover
teamo amor princess princesa prince sunshine sunny flower flor angel angeles baby bebe monkey dragon tiger lion shadow superman
batman spiderman pokemon starwars football soccer baseball basketball hockey golf tennis futbol summer winter spring autumn fall
verano invierno otono primavera january february march april may june july august september october november december enero
febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre monday tuesday wednesday thursday friday
saturday sunday lunes martes miercoles jueves viernes sabado domingo mother father mama papa mommy daddy family familia friend
friends amigo amigos jesus jesucristo god dios faith church bible blessed grace hope heaven michael jordan jennifer jessica
ashley daniel david andrew joshua matthew thomas robert charlie george harley hunter ranger killer cookie chocolate cheese coffee
banana orange apple pepper ginger buddy bailey maggie lucky snoopy fluffy kitty gato perro puppy money dinero cash computer
internet google facebook yahoo microsoft windows samsung iphone android america american usa texas arkansas california chicago
dallas mexico london florida cowboys yankees lakers steelers eagles packers raiders trustno trustme whatever nothing freedom
liberty happy smile music guitar piano dance star stars moon purple blue red green black white silver gold diamond crystal
butterfly rainbow doctor nurse health patient hospital clinic medical cancer carespace portal care space oncology chemo office
practice appointment hillside pass word life live home house casa school summertime one two three four five six seven eight nine
ten zero number numero cool hot sexy pretty beautiful bonita super mega ultra power magic ninja pirate wizard phoenix mustang
corvette ferrari porsche toyota honda chevy ford yes please thank thanks gracias por favor my mi the el la is es you u me i a
your new old big little great best first last day night year ano today tomorrow forever always never again happy birthday merry
christmas navidad feliz easter thanksgiving halloween`.split(/\s+/)
)
