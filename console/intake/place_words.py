"""Words that names of places begin and end with, and words that stand before and between them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS = {
    "road": """street st road rd avenue ave av boulevard blvd drive dr lane ln parkway pkwy freeway fwy
        tollway
        expressway expy turnpike pike highway hwy bypass terrace crescent cres circle cir cct loop trail
        court ct causeway embankment quay roundabout gyratory superhwy superhighway motorway trl dve terr
        marg salai straat strasse tce pde byp gdns galli boreen""",
    "way": """way row close place pl walk gate rise hill square sq view grove mount bank green gardens mews
        yard end cross corner park circus parade alley path bend pass trace run ridge spur cutoff
        extension chase dene cr hollow crest crossing cove knoll glen manor orchard overpass passage
        plains ranch shore shores
        summit track vista branch commons dale glade highlands narrows shoals skyway strand wharf
        esplanade promenade fields croft copse thicket heath hurst xing mains oval rec chowk""",
    "water": """river creek bayou lake bay brook beck burn stream canal reservoir lagoon pond wadi ganga falls
        harbour harbor beach coast reef strait channel gulch wash slough fork ditch weir drain kloof
        vlei gully crk sound arm forks nallah nullah inlet lough loch""",
    "house": """bridge footbridge dam school elementary primary secondary high college academy university
        hospital clinic church chapel mosque temple cathedral library station stadium arena airport
        museum hall mall plaza market tower towers centre center apartments flats estate estates courts
        house hotel cemetery crematorium pier port jetty tunnel flyover underpass viaduct zoo theatre
        theater arches clubhouse juniors kindergarten depot mill mills works refinery pavilion services
        toll stage lutheran laerskool rink apts villas chalets residency showground showgrounds fairgrounds
        baths surgery ballroom gym gymnasium baptist methodist legion rehab campus barracks
        middle elem infants memorial regional general terminal terminals exchange rank span pub inn arms club
        home fieldhouse airpark airfield courthouse hostel motel resort prison jail plant masjid gurdwara
        mandir synagogue convent abbey priory shrine castle palace lighthouse brewery interchange marina
        dock docks warehouse factory cinema coliseum auditorium racecourse shelter polyclinic infirmary
        hospice presbyterian cabin barn barns lodge lido substation""",
    "area": """county province district valley island islands village township town city heights vale wood
        woods forest common meadow meadows fields shire peninsula mountain mountains canyon desert
        parish ward suburb cantonment colony nagar landing point springs hills region state territory
        bottom downs junction reserve ranchlands mesa bluff prairie farms ings oaks
        acres pines homes layout enclave vihar puram jn mtn grange tenantry""",
}
ENDINGS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
"""Words that end a place's name, and the kind that it is then of; among them street suffixes of postal
        lists."""
BEGINNINGS = _words(
    """lake mount mt fort ft river loch glen port cape isle ring rio saint st ben bank all lough bayou rue
    calle avenida camino paseo barrio barangay brgy colonia sungai taman jalan jln kampung bukit pulau playa
    piazza puente ecole scoil colegio escuela pointe wadi"""
)
"""Words that begin a place's name, which follows them."""
SIDES = _words("n s e w ne nw se sw north south east west lower upper")
"""Sides that may stand after a name."""
ROADS = _words("i ih us hwy highway route rte sr sh fm cr interstate beltway loop motorway")
"""Words before the number of a road."""
OWNERS = _words("county state farm co")
"""Words before `road` and a number: `county road 12`."""
EXITS = _words("exit exits junction jct j")
"""Words before the number of an exit."""
PARTS = _words("phase stage section zone extension sector block ward stn unit")
"""Words that may follow a name with a number: `Umoja Phase 4`."""
LOCATIVES = _words("""in near at from across outside around throughout off of to for hit hits over into
        on through
        towards toward between and along inside within by via beyond behind past above below under
        leaving reaches cnr corner opposite opp nr intersection""")
"""Words after which a name may be that of a place."""
OUTCOMES = _words("""closed open opened flooded flooding underwater blocked gone shut cut under submerged
    passable impassable overflowing rising falling evacuated evacuating evac burning out dark lost ok fine
    crested cresting breached holding releasing topped over washed worse bad residents area folks
    between northbound southbound eastbound westbound inbound outbound nb sb eb wb""")
"""Words that tell what became of the place before them: `Crawford blocked`."""
CHANGES = _words("""between gone ok fine evacuated evacuating out lost over bad worse dark closed open opened
    holding releasing""")
"""Those of them that are as often told of people and firms, whose names are mostly of several words."""
TITLES = _words("""governor gov mayor sheriff chief officer captain capt senator sen president minister
    coach mr mrs ms miss dr sir lord lady uncle aunt auntie king queen prince princess pope judge
    sergeant sgt lieutenant lt general gen colonel col major detective deputy councillor councilman
    councilwoman congressman congresswoman rep professor prof pastor bishop father sister brother
    reverend rev commissioner constable inspector superintendent secretary ambassador""")
"""Words that begin the name of a person."""
EVIDENCE = _words("in near at from across outside around throughout off")
"""Words after which it is one more often than not."""
STORMS = _words("hurricane storm cyclone typhoon tropical")
"""Words after which a name is a storm's, wherever it stands afterwards."""
STOPS = _words("""the a an our my your his her their its this that these those is are was were be been
        on in at
        near from of to for and or but by with off over into out up down along around across behind past
        outside inside under above below not no so if as it we they you he she i me us them all whole
        just still again closed open flooded has have had do does did get got going go gone comes came
        come till until towards between there here where when what who why how then than now very too
        also both one two three half side end top bottom corner cnr block avoid called says said told
        saw heard hey pls please every each some any busy same other next last first blocked blocking
        shut whole""")
"""Words that are no part of the name which follows them."""
JOINING = _words("and at x meets")
"""Words between the two roads of a crossing."""
TAG_BEGINNINGS = ("prayfor", "prayersfor", "helpfor", "savefrom")
"""How tags begin that go on with a town's name."""
TAG_ENDINGS = tuple(
    sorted(
        _words("""flood floods flooding fire fires wildfire wildfires storm storms
        snow rain rains earthquake
        quake tornado hurricane cyclone outage blackout power traffic weather wx strong news relief help
        explosion crash rains roads water blizzard landslide landslides""")
    )
)
"""How tags end that begin with a town's name."""
LOCAL_TAG_ENDINGS = tuple(
    ending
    for ending in TAG_ENDINGS
    if ending not in ("strong", "news", "help", "relief", "power", "hurricane", "cyclone")
)
"""Those of them before which it is hardly the name of a person or of a storm."""
WITHIN_NUMBERS = frozenset(",.:/-+$\u00a3\u20ac")
"""What stands before digits that are a part of something: `1,300 People`."""
MONTHS = _words("""january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec""")
"""Words before a day."""
GENERIC = _words("""evacuation elementary primary secondary high middle minor main local
        dangerous collapsed
        cracked damaged destroyed beautiful tiny small big other former whole entire emergency response
        operations command coordination relief rescue medical health community recreation assistance
        distribution donation shelter support call data training national international public private
        state county city town federal municipal general united red green golden old new my our your his
        her their this that every each many most some more yet please nearest nearby busy empty flooded
        closed open wide long dirt country side back front hit fire police first next last one two three
        same earthquake hurricane disaster crisis harms harm lieutenant
        brigadier major attorney inspector secretary""")
"""Words that name no place by themselves before such an ending: `the nearest hospital`."""
_NOT_SMALL = _words("""falls bay beach coast reef channel wash drain high college primary secondary
        hall market
    house court centre center port services toll stage works mill mills tower towers loop trail circle drive
    beck burn fork arm arms club exchange general home memorial middle plant prison rank regional resort
    shelter sound span forks inlet factory cinema dock docks warehouse terminal terminals motel hostel cabin
    barn barns auditorium brewery substation marina""")
SMALL_ENDINGS = frozenset(ENDINGS) - _NOT_SMALL - frozenset(f"{_KINDS['way']} {_KINDS['area']}".split())
"""Endings before which any name may be in small letters."""
NO_TOWNS = _words("""admiralty agar ajax albino aloha alpine altar anaconda angers anno antelope arab
    arenas aroma atlantis baba bacon badger bake barking beacon bello bender billings bimbo blackwater
    boda bonanza botany bountiful bras breakers briar buckeye butterfly cadillac canals cardigan caribou
    carpenter carver cashmere casino centurion ceres champaign cheddar chop citadel citrus clarion coco
    cognac collie columbine commonwealth corona corral cottonwood crest crook dame dire dojo dole
    echelon excelsior fang fatima felling fife flagstaff flushing freehold gander gland golem goto grabs
    gracias grange grapevine grenade grimes groves guise hamlet harrow headstone hercules hermitage
    hillside hilton hollywood homestead honda hoover horde horning jupiter kale kilo kissing kong
    labrador laguna largo lattes lavender leek lend liberation lice limerick lola loon luna luster mach
    mage mahogany mallet mana manga mango manta mayo metropolis mocha mojo mold mole moody moron moth
    mound mountainside nada natal nato naval nave neath nero nitro obama olympic orchards orion osprey
    overland pail pains panorama papa pare parole peer penal perseverance petal piazza pinto placer
    plantation plaque plover poll posse puck puke puma redstone rehab rifle riverbank rodeo rosebud
    rosewood rouge rung rustic saline salon samba santa satan seaside sedan shaft shaping shields
    shoreline shush silly simmering sire sirius slough snowflake sparks sparta speedway stow sulphur
    sundance swords tame tapping tarp tartar tata tequila toon toro torrent toto tours toyota trooper
    tundra turbo tyre valentine varsity vermilion vicar villas vise vols wail walker warden ware wedding
    welling wetter whitewater wick winters woodland woodlands yoga""")
"""Words that in small letters are none of the towns which bear them: `wedding place`."""
SHORT_FORMS = _words("st mt ft dr rev sta ste pt")
"""Words that a point shortens: the name goes on after it."""
TITLED_STOPS = _words("one two three half side end top bottom corner block same old next last first all")
"""Stops that with a capital may yet be of a name: `First Avenue`, `Top Road`."""
COUNTED = _words("""am pm mph kmh kph km edt est cdt cst utc gmt people persons killed dead injured missing
        hurt homes houses families more others""")
"""Words that say what a number before them counts, also where a headline writes them with capitals."""
DANGERS = _words("""help trapped stuck stranded injured hurt dead dying killed missing drowning fire
    fires flames
    smoke gas leak leaking flood floods flooding flooded explosion shots fired shooting crash accident
    collision
    wreck collapse collapsed rescue urgent emergency sos mayday alert warning breaking update avoid
    blocked power
    outage wires sinkhole landslide evacuate evacuation""")
"""Words of what happens: before a name of several words they are no part of it (`Gas Leak Oak Avenue`)."""
