"""What the made-up companies write."""

from dataclasses import dataclass, field

Texts = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A piece of news; `palette` and `scene` are the picture's, no palette for none, and `shows` says what is on it."""

    title: Texts
    lead: Texts
    body: Texts
    days_ago: int
    palette: str = ""
    scene: str = "line"
    shows: Texts = field(default_factory=dict)
    is_pinned: bool = False
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


# Short name, name, price area, postal codes.
AREAS = {
    "vidnett": [
        ("solvika", "Solvika", "NO1", ["1480-1499"]),
        ("granvik", "Granvik", "NO1", ["1500-1519"]),
        ("espedalen", "Espedalen", "NO1", ["2650-2669"]),
    ],
    "alvvik": [("alvvik", "Alvvik", "NO5", ["5690-5699"])],
}

LINE = {
    "nb": "En kraftlinje over åser.",
    "nn": "Ei kraftline over åsar.",
    "en": "A power line across hills.",
}

VIDNETT = [
    Story(
        title={
            "nb": "Slik forbereder du deg på et strømbrudd",
            "nn": "Slik førebur du deg på eit straumbrot",
            "en": "How to prepare for a power cut",
        },
        lead={
            "nb": "Høststormene kommer. Med litt forberedelse klarer du deg godt noen timer uten strøm.",
            "nn": "Haustormane kjem. Med litt førebuing klarer du deg godt nokre timar utan straum.",
            "en": "The autumn storms are coming. With a little preparation, some hours without power are no trouble.",
        },
        body={
            "nb": "<p>De fleste strømbrudd varer under to timer. Ved uvær kan det ta lengre tid.</p><h2>Ha "
            "dette klart</h2>"
            "<ul><li>Lommelykt og batterier</li><li>En batteribank til telefonen</li><li>Ved eller en annen "
            "varmekilde</li>"
            "<li>Vann på flasker, hvis du har egen brønn</li></ul><h2>Når strømmen går</h2><p>Sjekk sikringene først. "
            'Se så på <a href="/outages/">siden om drift</a> om vi vet om bruddet. Slå av komfyr og ovner, så de ikke '
            "står på når strømmen kommer tilbake.</p>",
            "nn": "<p>Dei fleste straumbrot varer under to timar. Ved uvêr kan det ta lengre tid.</p><h2>Ha "
            "dette klart</h2>"
            "<ul><li>Lommelykt og batteri</li><li>Ein batteribank til telefonen</li><li>Ved eller ei anna "
            "varmekjelde</li>"
            "<li>Vatn på flasker, om du har eigen brønn</li></ul><h2>Når straumen går</h2><p>Sjekk sikringane først. "
            'Sjå så på <a href="/outages/">sida om drift</a> om vi veit om brotet. Slå av komfyr og omnar, så '
            "dei ikkje "
            "står på når straumen kjem tilbake.</p>",
            "en": "<p>Most power cuts last less than two hours. In bad weather it can take longer.</p><h2>Have "
            "this ready</h2>"
            "<ul><li>A torch and batteries</li><li>A power bank for the phone</li><li>Firewood or another "
            "source of heat</li>"
            "<li>Bottled water, if you have your own well</li></ul><h2>When the power goes</h2><p>Look at your "
            "fuses first. "
            'Then see on <a href="/outages/">the page of outages</a> whether we know. Switch off the cooker and '
            "heaters.</p>",
        },
        days_ago=2,
        palette="autumn",
        shows=LINE,
        is_pinned=True,
    ),
    Story(
        title={
            "nb": "Vi rydder skog langs linjene i Solvika",
            "nn": "Vi ryddar skog langs linjene i Solvika",
            "en": "We clear trees along the lines in Solvika",
        },
        lead={
            "nb": "I november og desember feller vi trær som kan falle på linjen. Grunneierne er varslet.",
            "nn": "I november og desember feller vi tre som kan falle på linja. Grunneigarane er varsla.",
            "en": "In November and December we fell trees that could fall on the line. Landowners have been told.",
        },
        body={
            "nb": "Trær på linjen er den vanligste årsaken til strømbrudd hos oss.\n\nSer du et tre som henger "
            "mot linjen, "
            "[meld fra til oss](/outages/report/). Fell det aldri selv: det er livsfarlig.",
            "nn": "Tre på linja er den vanlegaste årsaka til straumbrot hos oss.\n\nSer du eit tre som heng mot linja, "
            "[meld frå til oss](/outages/report/). Fell det aldri sjølv: det er livsfarleg.",
            "en": "Trees on the line are the most common cause of power cuts.\n\nIf you see a tree leaning on a line, "
            "[tell us](/outages/report/). Never fell it yourself: it can kill you.",
        },
        days_ago=6,
        palette="summer",
        shows=LINE,
        areas=("solvika",),
    ),
    Story(
        title={
            "nb": "Hytte i Espedalen? Ny trafostasjon gir bedre strøm",
            "nn": "Hytte i Espedalen? Ny trafostasjon gir betre straum",
            "en": "A cabin in Espedalen? A new substation gives better power",
        },
        lead={
            "nb": "Stasjonen ved Tverrliveien er satt i drift. Arbeidet på linjene fortsetter til jul.",
            "nn": "Stasjonen ved Tverrlivegen er sett i drift. Arbeidet på linjene held fram til jul.",
            "en": "The station at Tverrliveien is in operation. Work on the lines goes on until Christmas.",
        },
        body={
            "nb": "Når hyttefeltene vokser, må nettet følge etter. Nå er det plass til flere ladepunkter og "
            "varmepumper.",
            "nn": "Når hyttefelta veks, må nettet følgje etter. No er det plass til fleire ladepunkt og varmepumper.",
            "en": "When the cabin areas grow, the grid must follow. There is now room for more chargers and "
            "heat pumps.",
        },
        days_ago=12,
        palette="winter",
        shows=LINE,
        areas=("espedalen",),
    ),
    Story(
        title={
            "nb": "For borettslag og sameier: måling av lading",
            "nn": "For burettslag og sameige: måling av lading",
            "en": "For housing cooperatives: metering of charging",
        },
        lead={
            "nb": "Fordel kostnaden for garasjeanlegget riktig, med en egen måler.",
            "nn": "Fordel kostnaden for garasjeanlegget rett, med ein eigen målar.",
            "en": "Share the cost of the garage fairly, with a meter of its own.",
        },
        body={
            "nb": "Ta kontakt med kundeservice, så ser vi på anlegget sammen med elektrikeren deres.",
            "nn": "Ta kontakt med kundeservice, så ser vi på anlegget saman med elektrikaren dykkar.",
            "en": "Contact customer service, and we look at the installation with your electrician.",
        },
        days_ago=20,
        kinds=("housing_cooperative",),
    ),
]

FJORDSIRKEL = [
    Story(
        title={
            "nb": "Julen nærmer seg: bestill henting i god tid",
            "nn": "Jula nærmar seg: bestill henting i god tid",
            "en": "Christmas is coming: order pick-ups in good time",
        },
        lead={
            "nb": "Mellom 24. desember og 1. januar kjører vi bare onsdag og torsdag.",
            "nn": "Mellom 24. desember og 1. januar køyrer vi berre onsdag og torsdag.",
            "en": "Between 24 December and 1 January we drive on Wednesday and Thursday only.",
        },
        body={
            "nb": "Bestill senest 18. desember, så rekker vi alle før jul. Fulle containere må kunne lukkes.",
            "nn": "Bestill seinast 18. desember, så rekk vi alle før jul. Fulle containerar må kunne lukkast.",
            "en": "Order by 18 December, and we reach everybody before Christmas. Full containers must be able "
            "to close.",
        },
        days_ago=3,
        palette="winter",
        scene="skip",
        shows={
            "nb": "En lastebil henter en container i vinterlandskap.",
            "nn": "Ein lastebil hentar ein container i vinterlandskap.",
            "en": "A lorry picks up a container in a winter landscape.",
        },
        is_pinned=True,
    ),
    Story(
        title={"nb": "Sorter gips for seg", "nn": "Sorter gips for seg", "en": "Keep plasterboard apart"},
        lead={
            "nb": "Gips blandet med annet avfall koster mer og kan ikke gjenvinnes.",
            "nn": "Gips blanda med anna avfall kostar meir og kan ikkje gjenvinnast.",
            "en": "Plasterboard mixed with other waste costs more and cannot be recycled.",
        },
        body={
            "nb": "Trenger dere en egen container til gips på byggeplassen, bestiller dere den under Bestill.",
            "nn": "Treng de ein eigen container til gips på byggeplassen, bestiller de han under Bestill.",
            "en": "If you need a container for plasterboard on site, order it under Order.",
        },
        days_ago=15,
        kinds=("business",),
    ),
]

KYSTRETUR = [
    Story(
        title={
            "nb": "Ny tankvask på Nordvåg er åpen",
            "nn": "Ny tankvask på Nordvåg er open",
            "en": "The new tank wash at Nordvåg is open",
        },
        lead={
            "nb": "Vi tar imot døgnet rundt på hverdager. Velg «Tankvask» når du gjør avrop.",
            "nn": "Vi tek imot døgnet rundt på kvardagar. Vel «Tankvask» når du gjer avrop.",
            "en": "We are open around the clock on weekdays. Choose “Tank cleaning” when you make a call-off.",
        },
        body={
            "nb": "Oppgi tanknummer og hva som sist var i tanken. Da får dere plass med en gang.",
            "nn": "Oppgje tanknummer og kva som sist var i tanken. Då får de plass med ein gong.",
            "en": "Give the tank number and what was in it last, and you get a slot at once.",
        },
        days_ago=4,
        palette="summer",
        scene="quay",
        shows={
            "nb": "Et skip ved kaia, med tanker og kran.",
            "nn": "Eit skip ved kaia, med tankar og kran.",
            "en": "A ship at the quay, with tanks and a crane.",
        },
    ),
    Story(
        title={
            "nb": "Husk deklarasjonsnummer på farlig avfall",
            "nn": "Hugs deklarasjonsnummer på farleg avfall",
            "en": "Remember the declaration number for hazardous waste",
        },
        lead={
            "nb": "Uten nummer kan vi ikke hente. Vi kan deklarere for dere etter fullmakt.",
            "nn": "Utan nummer kan vi ikkje hente. Vi kan deklarere for dykk etter fullmakt.",
            "en": "Without a number we cannot collect. We can declare on your behalf.",
        },
        body={
            "nb": "Spør kundeservice om fullmakt til å deklarere.",
            "nn": "Spør kundeservice om fullmakt til å deklarere.",
            "en": "Ask customer service about authorising us to declare.",
        },
        days_ago=18,
    ),
]

ALVVIK = [
    Story(
        title={
            "nb": "Nå ligger strøm og avfall på ett sted",
            "nn": "No ligg straum og avfall på éin stad",
            "en": "Power and waste are now in one place",
        },
        lead={
            "nb": "Portalen samler det du har med Alvvik å gjøre.",
            "nn": "Portalen samlar det du har med Alvvik å gjere.",
            "en": "The portal gathers all you have to do with Alvvik.",
        },
        body={
            "nb": "Her ser du forbruket ditt, bestiller tømming av container og melder fra om farlige forhold i "
            "nettet.",
            "nn": "Her ser du forbruket ditt, bestiller tømming av container og melder frå om farlege forhold i "
            "nettet.",
            "en": "See your consumption, order containers emptied, and report hazards in the grid.",
        },
        days_ago=1,
        palette="night",
        shows={"nb": "En kraftlinje om natten.", "nn": "Ei kraftline om natta.", "en": "A power line at night."},
        is_pinned=True,
    ),
    Story(
        title={
            "nb": "Gjenbruksstasjonen stenger tidlig på lille julaften",
            "nn": "Gjenbruksstasjonen stengjer tidleg på veslejulaftan",
            "en": "The recycling station closes early on 23 December",
        },
        lead={
            "nb": "Vi stenger klokken 14.00 og åpner igjen 27. desember.",
            "nn": "Vi stengjer klokka 14.00 og opnar igjen 27. desember.",
            "en": "We close at 14:00 and open again on 27 December.",
        },
        body={"nb": "God jul!", "nn": "God jul!", "en": "Merry Christmas!"},
        days_ago=9,
    ),
]

NEWS = {"vidnett": VIDNETT, "fjordsirkel": FJORDSIRKEL, "kystretur": KYSTRETUR, "alvvik": ALVVIK}
