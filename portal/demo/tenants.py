"""The demo's four made-up companies with their customers and people. All names, numbers and addresses are invented.

Organisation numbers are from the series that is kept for test data.
"""

from django.utils.translation import gettext_lazy as _

from portal.demo.people import BUSINESS, HOUSING, ORDERER, OWNER, PRIVATE, READER, Company, Firm, Person, staff_of

PHONE_HOURS = {"nb": "hverdager 08.00–15.30", "nn": "kvardagar 08.00–15.30", "en": "weekdays 08:00–15:30"}

# Builds at two companies: the same address there is two accounts.
MAGNUS = "magnus.tveiten@bratland.example"

FJORDSIRKEL = Company(
    slug="fjordsirkel",
    name="Fjordsirkel",
    legal_name="Fjordsirkel Gjenvinning AS",
    modules=["orders"],
    phone="52 34 56 78",
    claim={
        "nb": "Bestill tømming, følg oppdragene og hold orden på containerne.",
        "nn": "Bestill tømming, følg oppdraga og hald orden på containerane.",
        "en": "Order emptying, follow your jobs and keep track of your containers.",
    },
    shows=_("Waste collection: order the emptying, moving or pick-up of containers at your sites."),
    people=[
        Person(email=MAGNUS, name="Magnus Tveiten", phone="+4791234501"),
        Person(email="hanne.rud@bratland.example", name="Hanne Rud", phone="+4791234502"),
        Person(email="knut.moe@bratland.example", name="Knut Moe", phone="+4791234503"),
        Person(email="liv.aasen@post.example", name="Liv Aasen", language="nn"),
        Person(email="arvid.lunde@fjellheim.example", name="Arvid Lunde", phone="+4791234504"),
        *staff_of("fjordsirkel", "Berit Sandvik", "Jonas Myhre"),
    ],
    customers=[
        Firm(
            number="20417",
            kind=BUSINESS,
            name="Bratland Entreprenør AS",
            org_no="315260183",
            email="post@bratland.example",
            phone="+4791234501",
            address="Industriveien 4",
            postal_code="3970",
            city="Eidnes",
            members={MAGNUS: OWNER, "hanne.rud@bratland.example": ORDERER, "knut.moe@bratland.example": READER},
        ),
        Firm(
            number="20418",
            kind=BUSINESS,
            name="Tveiten Eiendom AS",
            org_no="311590839",
            email="eiendom@bratland.example",
            address="Industriveien 4",
            postal_code="3970",
            city="Eidnes",
            members={MAGNUS: OWNER},
        ),
        Firm(
            number="20588",
            kind=HOUSING,
            name="Borettslaget Fjellheim",
            org_no="310166138",
            email="styret@fjellheim.example",
            address="Fjellheimveien 2",
            postal_code="3972",
            city="Eidnes",
            members={"arvid.lunde@fjellheim.example": OWNER},
            authorized={MAGNUS: ORDERER},
        ),
        Firm(
            number="31022",
            kind=PRIVATE,
            name="Liv Aasen",
            email="liv.aasen@post.example",
            address="Strandgata 19",
            postal_code="3971",
            city="Eidnes",
            members={"liv.aasen@post.example": OWNER},
        ),
    ],
)

KYSTRETUR = Company(
    slug="kystretur",
    name="Kystretur",
    legal_name="Kystretur Industri AS",
    modules=["callouts"],
    phone="51 23 45 67",
    claim={
        "nb": "Avrop på avfall, tankvask og utstyr, sporbart fra kai til sluttbehandling.",
        "nn": "Avrop på avfall, tankvask og utstyr, sporbart frå kai til sluttbehandling.",
        "en": "Call off waste handling, tank cleaning and equipment, traceable from quay to final treatment.",
    },
    shows=_("Industrial waste: file call-offs with hazardous waste and declarations, and find them again."),
    people=[
        Person(email="siri.nordheim@nordvag.example", name="Siri Nordheim", phone="+4791234511"),
        Person(email="jonas.berg@nordvag.example", name="Jonas Berg", phone="+4791234512"),
        Person(email="marte.foss@nordvag.example", name="Marte Foss", phone="+4791234513", language="en"),
        Person(email=MAGNUS, name="Magnus Tveiten", phone="+4791234501"),
        Person(email="egil.strand@post.example", name="Egil Strand", phone="+4791234514"),
        Person(email="wenche.dahl@bryggekanten.example", name="Wenche Dahl"),
        *staff_of("kystretur", "Tone Sørbø", "Odd Helgesen"),
    ],
    customers=[
        Firm(
            number="41207",
            kind=BUSINESS,
            name="Nordvåg Industri AS",
            org_no="311860917",
            email="post@nordvag.example",
            phone="+4791234511",
            address="Verftsveien 10",
            postal_code="4098",
            city="Nordvåg",
            members={
                "siri.nordheim@nordvag.example": OWNER,
                "jonas.berg@nordvag.example": ORDERER,
                "marte.foss@nordvag.example": READER,
            },
        ),
        Firm(
            number="41388",
            kind=BUSINESS,
            name="Nordvåg Offshorebase AS",
            org_no="313909964",
            email="base@nordvag.example",
            address="Kaiveien 3",
            postal_code="4098",
            city="Nordvåg",
            members={"siri.nordheim@nordvag.example": ORDERER},
        ),
        Firm(
            number="43118",
            kind=BUSINESS,
            name="Bratland Entreprenør AS",
            org_no="315260183",
            email="post@bratland.example",
            address="Industriveien 4",
            postal_code="3970",
            city="Eidnes",
            members={MAGNUS: OWNER},
        ),
        Firm(
            number="43540",
            kind=HOUSING,
            name="Sameiet Bryggekanten",
            org_no="310308242",
            email="styret@bryggekanten.example",
            address="Bryggekanten 1–9",
            postal_code="4098",
            city="Nordvåg",
            members={"wenche.dahl@bryggekanten.example": OWNER},
            authorized={"siri.nordheim@nordvag.example": READER},
        ),
        Firm(
            number="43901",
            kind=PRIVATE,
            name="Egil Strand",
            email="egil.strand@post.example",
            phone="+4791234514",
            address="Naustveien 7",
            postal_code="4097",
            city="Nordvåg",
            members={"egil.strand@post.example": OWNER},
        ),
    ],
)

VIDNETT = Company(
    slug="vidnett",
    name="Vidnett",
    legal_name="Vidnett AS",
    modules=["grid"],
    phone="21 23 45 67",
    claim={
        "nb": "Strømmen du bruker og lager, time for time.",
        "nn": "Straumen du bruker og lagar, time for time.",
        "en": "The power you use and make, hour by hour.",
    },
    shows=_("Grid company: electricity used and produced, hour by hour, for more than a year."),
    people=[
        Person(email="ingrid.solbakken@post.example", name="Ingrid Solbakken", phone="+4791234521"),
        Person(email="per.haugen@bjorkehaugen.example", name="Per Haugen", phone="+4791234522"),
        Person(email="amina.yusuf@solvikabakeri.example", name="Amina Yusuf", phone="+4791234523"),
        Person(email="lars.eide@solvikabakeri.example", name="Lars Eide", phone="+4791234524", language="nn"),
        Person(email="emily.clarke@post.example", name="Emily Clarke", phone="+4791234525", language="en"),
        *staff_of("vidnett", "Randi Vik", "Ali Hussain"),
    ],
    customers=[
        Firm(
            number="500112",
            kind=PRIVATE,
            name="Ingrid Solbakken",
            email="ingrid.solbakken@post.example",
            phone="+4791234521",
            address="Bjørkehaugen 14",
            postal_code="1489",
            city="Solvika",
            members={"ingrid.solbakken@post.example": OWNER},
        ),
        Firm(
            number="500240",
            kind=HOUSING,
            name="Sameiet Bjørkehaugen",
            org_no="318219931",
            email="styret@bjorkehaugen.example",
            address="Bjørkehaugen 2–24",
            postal_code="1489",
            city="Solvika",
            members={"per.haugen@bjorkehaugen.example": OWNER},
            authorized={"ingrid.solbakken@post.example": READER},
        ),
        Firm(
            number="500318",
            kind=BUSINESS,
            name="Solvika Bakeri AS",
            org_no="315181909",
            email="post@solvikabakeri.example",
            phone="+4791234523",
            address="Torget 3",
            postal_code="1489",
            city="Solvika",
            members={"amina.yusuf@solvikabakeri.example": OWNER, "lars.eide@solvikabakeri.example": READER},
        ),
        Firm(
            number="500402",
            kind=PRIVATE,
            name="Emily Clarke",
            email="emily.clarke@post.example",
            phone="+4791234525",
            address="Fjellveien 31",
            postal_code="1490",
            city="Solvika",
            members={"emily.clarke@post.example": OWNER},
        ),
    ],
)

ALVVIK = Company(
    slug="alvvik",
    name="Alvvik",
    legal_name="Alvvik kommunalteknikk KF",
    modules=["orders", "callouts", "grid"],
    phone="56 12 34 56",
    claim={
        "nb": "Strøm, renovasjon og avfall fra din egen kommune.",
        "nn": "Straum, renovasjon og avfall frå din eigen kommune.",
        "en": "Power, waste collection and recycling from your own municipality.",
    },
    shows=_("Municipal company with everything: containers, call-offs and electricity in one portal."),
    people=[
        Person(email="oda.lien@post.example", name="Oda Lien", phone="+4791234531", language="nn"),
        Person(email="henrik.nes@alvvikbygg.example", name="Henrik Nes", phone="+4791234532"),
        Person(email="sara.holm@alvvikbygg.example", name="Sara Holm", phone="+4791234533"),
        Person(email="nils.brekke@tunet.example", name="Nils Brekke", phone="+4791234534"),
        *staff_of("alvvik", "Gunn Tveit", "Pål Ness"),
    ],
    customers=[
        Firm(
            number="1001",
            kind=PRIVATE,
            name="Oda Lien",
            email="oda.lien@post.example",
            phone="+4791234531",
            address="Kyrkjevegen 12",
            postal_code="5698",
            city="Alvvik",
            members={"oda.lien@post.example": OWNER},
        ),
        Firm(
            number="1002",
            kind=BUSINESS,
            name="Alvvik Bygg og Anlegg AS",
            org_no="319378650",
            email="post@alvvikbygg.example",
            phone="+4791234532",
            address="Sjøgata 8",
            postal_code="5698",
            city="Alvvik",
            members={"henrik.nes@alvvikbygg.example": OWNER, "sara.holm@alvvikbygg.example": ORDERER},
            authorized={"oda.lien@post.example": ORDERER},
        ),
        Firm(
            number="1003",
            kind=HOUSING,
            name="Burettslaget Tunet",
            org_no="317975430",
            email="styret@tunet.example",
            address="Tunvegen 1–15",
            postal_code="5699",
            city="Alvvik",
            members={"nils.brekke@tunet.example": OWNER, "oda.lien@post.example": READER},
        ),
    ],
)

COMPANIES = [FJORDSIRKEL, KYSTRETUR, VIDNETT, ALVVIK]


def company(slug: str) -> Company | None:
    return next((company for company in COMPANIES if company.slug == slug), None)
