/** The 1204 passwords that leaked lists hold most often (by zxcvbn-ts, MIT), less digits, signs and what common-words.ts covers. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `aardvark aaron accord action adam adgjmptw adidas adrian airborne airforce airplane alabama alaska albert aleksandr alex
alexande alexander alexandr alexis alfred alicia alison allison alpha alpine alyssa amanda amateur amber anderson andre andrea
andreas andrey angela angelina angels animal anna anthony antonio apache apollo apples aragorn arizona arnold arsenal arthur
artist asd asdasd asdfg asdfghj asdfghjk asdzxc assassin asshole assman athena atlanta atlantis audrey aurora austin avalon
avatar awesome azerty babes babydoll babygirl babylon badass badboy badger baller balls bambam bandit barbara barbie barcelona
barney basket basketba bass bassman bastard baxter beach bear beatles beauty beaver beavis beer benjamin benson berlin bernie
bigboobs bigboy bigcock bigdick bigdog bigfoot bigmac bigman bigtits bill billy billybob birdie bishop bitch bitches biteme
blabla blackie blahblah blaster blazer blink blizzard blonde blondie blowjob blowme bluebird bobafett bobby bobcat bollocks bond
bondage bonnie boobies booboo boobs booger boogie boomer booty boston bowling bradley brandi brandon brandy braves brazil brenda
brian britney brittany bronco broncos brooke brooklyn brother brown browns bruins brutus bubba bubble bubbles buckeye buckeyes
buddha budlight buffalo bulldog bulldogs bullet bullshit bunny burger burton business buster butter butterfl butthead cadillac
caesar callie calvin camaro cameron campbell canada candy cannon captain cardinal carlos carmen carolina caroline carrie carter
cartman caserta casey casino casper cassie castle catch catdog catfish cavalier celtic cessna champion chance chandler charger
charles check chelsea cherokee cherry cheryl chester chevelle cheyenne chichi chicken chicks chiefs chipper chocolat chopper
chris chrissy christ christia christin christy chronic cjkysirj claire classic claudia clinton cobra cocacola cock college
colorado colors company compaq connie connor consumer control cookies cooper copper corona cougar country courtney cowboy coyote
crazy cream creative cricket cristina cthutq cumshot cunt curtis daisy dakota dancer danger danielle danny darkness darkside
darkstar dave dbrnjhbz death debbie defender deftones denise dennis denver design destiny detroit devildog devils dexter dfvgbh
diablo diamonds dick dickhead diesel digger digital dilbert dirty disney dodgers doggie doggy dollar dolphin dolphins domino
donald donkey douglas dragons dreamer dreams driver drowssap drpepper drummer ducati dude dudley duke duncan dustin eagle eatme
eclipse eddie edward einstein elaine electric element elena elephant elizabet elizabeth elvis emerald eminem empire engineer
england enigma enjoy enter enterpri eric erotic escort eugene everton explorer express extreme falcon fantasy farmer fatboy
fender fetish ficken fire fireball firebird fireman fish fisher fishing fktrcfylh fktrctq flash flipper flowers flyers foobar
forest france francis frank frankie franklin freaky fred freddie freddy fredfred free freeman freepass freeuser froggy fuck
fucked fucker fucking fuckit fuckme fuckoff fuckyou future fyfcnfcbz fylhtq gabriel galaxy galina galore gambit gandalf garcia
garden garfield gateway gators gemini general genesis genius georgia german germany geronimo gfhjkm ghbdtn giants gibson girl
girls gizmo gloria goblue goddess godzilla goforit goldberg golden goldfish goldie golfer goober good gordon gracie gregory
griffin guinness gundam gunner hacker hamilton hamlet hammer hamster hannah hard hardcore hardon harold harrison harry harvey
hawaii hawkeye heather hellfire help helpme hendrix hentai hercules herman hesoyam highland hiphop hitman hjvfirf hobbes hobbit
holiday holland holly homer honey hooker hooters hornet horney horny horse horses hotdog hotrod hotsex hotstuff hottie houston
howard hummer hunting huskers ibanez icecream iceman ihateyou iloveu impala india indian indiana indians indigo infinity insane
inside integra ireland irina ironman isabella isabelle island italia iwantu jack jackass jackie jackson jaguar jake james jasmin
jasmine jason jasper jeff jeffrey jenny jeremy jerome jerry jessie jester jimmy joanne joejoe john johnny johnson joker jonathan
jones joseph julian julie jungle junior jupiter justice justin justme juventus kaiser karate karen karina katana kathleen katie
kawasaki kelly kelsey kenneth kermit kevin kimberly king kirill kissme kitten klaster knicks knight kodiak kramer kristen
kristin kristina lacrosse ladies lancer larisa lasvegas laura lauren lawrence leather legend lennon leonard leonardo lesbian
leslie lestat lickme lifehack light lights lincoln linda lindsay lisa liverpoo liverpool lizard logitech lol lolita lollol
lonewolf longhorn looking louise lovely loveme loverboy lovers lucifer machine maddie maddog madison madman madmax madonna
magnum maiden maksim malibu manager manchester manson manutd marathon marcel marcus maria mariah marie marina marine marines
marino mario marion mark marlboro marley marshall martha martin marvin maryjane matrix matt maverick maxima maximus maxwell
melanie melissa member mercedes mercury merlin metallic metallica michele michelle michigan mickey midnight mike miller millie
mine minecraft minnie miranda mister mistress mitchell molly monica monika monster montana montreal mookie moose morgan morpheus
morris motorola mountain mouse mozart muffin murphy mylove nadine napoleon naruto nascar nastya natali natalie natasha nathan
naughty ncc nccd ncce nelson nemesis newport newton newyork nfnmzyf nicholas nick nicola nicolas nicole nigger nikita nikki
nintendo nipple nipples nirvana nissan none norman norton nugget oicu oksana oliver olivia omega online openup orlando oscar
outlaw overlord packard pakistan paladin pamela pandora pantera panther panthers panties panzer paradise paris parker pascal
passion passport passwor patches patricia patrick patriots paul pavilion peaches peanut pearljam pebbles peekaboo peewee pegasus
pencil penguin penis people pepsi perfect pervert peter phantom philip philips phpbb picard pickle pierre piglet pimp pimpin
pioneer pitbull pizza platinum playboy player poison polaris police polina pontiac poohbear pookie poop poopoo popcorn popeye
porn porno pornstar potter powers precious predator prelude presario private psycho pumpkin pussies pussy pussycat pussys
pyramid qazxsw qwaszx qwe qweasd qweasdzxc qweqwe qwer qwertyu qwertyui qwertz rabbit racecar rachel racing raider random
rangers raptor rascal rasdzv raven raymond razorback razorbacks razz reaper rebecca reddog redhead redman redneck redrum
redskins redsox redwings reggie regina remember renegade richard robbie roberto rock rocket rocks rockstar rocky roland rolltide
rommel ronald ronaldo ronnie rooster roscoe rose rosebud rulez runner rush ruslan russell russia rusty ryan sabrina sailor
saints sakura samantha sammie sammy sampson samson samuel samurai sandman sandra sandy sarah sasha saturn savage savannah
scarface scooby scooter scorpio scorpion scotland scott scotty scully seattle security semperfi serega serenity sergey sergio
service sexsex shaggy shamrock shannon sharon shelby shelly sherlock sherry shirley shit shithead shooter shorty shotgun sidney
siemens sierra simon simone simple simpson simpsons single sister skater skeeter skipper skippy skyline slayer slipknot slut
smiley smith smitty smoke smokey smooth snake snickers sniper snowball snowman softball software sophia sophie sosoaljg spanky
sparky spartak spartan special speedy spencer spider spiderma spike spirit spitfire spooky sports squirt srinivas stacey stalker
stanley stargate startrek stealth stefan stella stephani stephen sterling steve steven stewart stinger stingray stinky stones
storm stormy street strike student stupid subaru sublime success sucker suckit suckme sugar sundance sunset surfer suzuki
svetlana sweet sweetie sweetpea sweety swimming swinger swordfis swordfish sydney system tanner target tarheels tarzan tattoo
taurus taylor teacher techno teens teresa thailand theman therock thuglife thumper thunder thx tickle tiffany tigers tigger
timber time timothy tinker titanic tits tomcat tommy tomtom tony topgun tornado toronto toshiba transam travel travis trevor
trfnthbyf trigger trinity tristan triumph trixie trojan trooper trouble trucker trucks trumpet tucker turkey turtle tweety tyler
tyson ultimate unicorn united usuckballz vagina valentin valentina valera valerie vampire vanessa vegeta veronica veronika
vfhbyf vfrcbv victor victoria victory video viking vikings viktor vincent viper virgin virginia vision vladimir voodoo voyager
walker wallace walmart walter wanker warcraft warren warrior wasd water watson weasel webster wesley westside wetpussy whynot
wicked wildcat wildcats william williams willie willow wilson winner winnie winston wolf wolfgang wolfpack wolverin wolves
wombat wonder woody wrangler wsxedc wutang xavier xfiles yamaha yankee yellow yfnfif young zachary zaqwsx zeppelin zipper zombie
zxc`.split(/\s+/)
)
