//! The words the sample is made of. Invented places, ordinary first and last names.

pub(super) const PLACE_FIRST: &[&str] = &[
    "Maple", "Cedar", "Oak", "Willow", "Birch", "Aspen", "Juniper", "Laurel", "Hickory", "Magnolia", "Sage", "Clover", "Fern", "Heather", "Holly", "Ivy", "Linden",
    "Alder", "Elm", "Hazel", "Silver", "Golden", "Granite", "Flint", "Copper", "Iron", "Amber", "Crystal", "Marble", "Slate", "Eagle", "Falcon", "Heron", "Otter", "Elk",
    "Bear", "Fox", "Wolf", "Raven", "Swan", "Clear", "Deep", "Swift", "Still", "Bright", "Stone", "Sand", "Salt", "Snow", "Storm", "North", "South", "East", "West", "Upper",
    "Lower", "Middle", "Great", "New", "Old", "Saint Anne", "Fort Reed", "Mount Hale", "San Bruno", "Santa Rita", "El Paseo", "La Mesa", "Los Pinos", "Port Ellis", "Lake Orin",
];
pub(super) const PLACE_SECOND: &[&str] = &[
    "Creek", "Valley", "Grove", "Ridge", "Hill", "Springs", "Falls", "Lake", "River", "Meadow", "Prairie", "Canyon", "Harbor", "Bay", "Point", "Crossing", "Ford", "Bluff",
    "Hollow", "Park", "Plains", "Heights", "Glen", "Field", "Bend", "Landing", "Summit", "Pass", "Basin", "Cove", "Bridge", "Mill", "Station", "Junction", "Wells", "Fork",
];
pub(super) const COUNTIES: &[&str] = &[
    "Adair", "Barton", "Calloway", "Dunn", "Ellery", "Fremont", "Garland", "Hollis", "Irwin", "Jarvis", "Kendall", "Lowndes", "Mercer", "Norwood", "Osborne", "Preston",
    "Quincy", "Ramsey", "Sheldon", "Tipton", "Upton", "Vernon", "Weston", "Yates",
];
pub(super) const FIRST_NAMES: &[&str] = &[
    "Ana", "Brian", "Carla", "David", "Elena", "Frank", "Grace", "Hector", "Irene", "James", "Karen", "Luis", "Maria", "Nathan", "Olivia", "Patrick", "Quinn", "Rosa", "Samuel",
    "Teresa", "Ulises", "Victoria", "Walter", "Ximena", "Yolanda", "Zachary",
];
pub(super) const LAST_NAMES: &[&str] = &[
    "Abbott", "Baker", "Castillo", "Delgado", "Ellison", "Foster", "Garcia", "Hughes", "Ibarra", "Jensen", "Keller", "Lopez", "Marshall", "Nguyen", "Ortega", "Parker", "Quintero",
    "Robinson", "Schmidt", "Torres", "Underwood", "Vargas", "Walker", "Xiong", "Young", "Zimmerman",
];
pub(super) const STREETS: &[&str] = &["Main St", "Oak Avenue", "School Street", "County Road 12", "Highway 41", "Elm Drive", "Center Street", "Church Rd", "Park Boulevard", "College Ave"];

/// State, FIPS code, name, and LEAs of the state in a national sample: the real counts of 2024-25,
/// California's rounded so that the country has 19,740.
pub(super) const STATES: &[(&str, &str, &str, usize)] = &[
    ("AK", "02", "Alaska", 54),
    ("AL", "01", "Alabama", 162),
    ("AR", "05", "Arkansas", 308),
    ("AZ", "04", "Arizona", 726),
    ("CA", "06", "California", 2424),
    ("CO", "08", "Colorado", 273),
    ("CT", "09", "Connecticut", 210),
    ("DC", "11", "District Of Columbia", 72),
    ("DE", "10", "Delaware", 46),
    ("FL", "12", "Florida", 84),
    ("GA", "13", "Georgia", 256),
    ("HI", "15", "Hawaii", 1),
    ("IA", "19", "Iowa", 347),
    ("ID", "16", "Idaho", 196),
    ("IL", "17", "Illinois", 1032),
    ("IN", "18", "Indiana", 456),
    ("KS", "20", "Kansas", 337),
    ("KY", "21", "Kentucky", 177),
    ("LA", "22", "Louisiana", 194),
    ("MA", "25", "Massachusetts", 424),
    ("MD", "24", "Maryland", 25),
    ("ME", "23", "Maine", 276),
    ("MI", "26", "Michigan", 886),
    ("MN", "27", "Minnesota", 582),
    ("MO", "29", "Missouri", 566),
    ("MS", "28", "Mississippi", 152),
    ("MT", "30", "Montana", 482),
    ("NC", "37", "North Carolina", 374),
    ("ND", "38", "North Dakota", 225),
    ("NE", "31", "Nebraska", 281),
    ("NH", "33", "New Hampshire", 219),
    ("NJ", "34", "New Jersey", 700),
    ("NM", "35", "New Mexico", 157),
    ("NV", "32", "Nevada", 20),
    ("NY", "36", "New York", 1119),
    ("OH", "39", "Ohio", 1073),
    ("OK", "40", "Oklahoma", 595),
    ("OR", "41", "Oregon", 223),
    ("PA", "42", "Pennsylvania", 790),
    ("RI", "44", "Rhode Island", 68),
    ("SC", "45", "South Carolina", 96),
    ("SD", "46", "South Dakota", 165),
    ("TN", "47", "Tennessee", 149),
    ("TX", "48", "Texas", 1243),
    ("UT", "49", "Utah", 159),
    ("VA", "51", "Virginia", 209),
    ("VT", "50", "Vermont", 188),
    ("WA", "53", "Washington", 342),
    ("WI", "55", "Wisconsin", 468),
    ("WV", "54", "West Virginia", 67),
    ("WY", "56", "Wyoming", 62),
];

/// Paragraphs by what a document is about. `{d}` is the district, `{c}` its city.
pub(super) struct Theme {
    pub title: &'static str,
    pub category: &'static str,
    pub sentences: &'static [&'static str],
}

pub(super) const THEMES: &[Theme] = &[
    Theme {
        title: "Portrait of a Graduate",
        category: "portrait_of_graduate",
        sentences: &[
            "The {d} Portrait of a Graduate describes what every student should know, be able to do and care about when leaving our schools.",
            "Families, employers and students in {c} met over nine evenings to name the competencies that matter most.",
            "Our graduate is a creative thinker who asks better questions, weighs evidence and learns from mistakes.",
            "Communication, collaboration and empathy stand beside academic knowledge in the learner profile.",
            "Each competency has a rubric with four levels, from emerging to extending, written in words a child understands.",
            "Seniors show their growth in a capstone and an exhibition of learning before a panel of community members.",
            "The portrait of a graduate guides hiring, professional learning and the design of performance tasks in every grade.",
            "Students keep a digital portfolio as authentic evidence of the profile of a graduate.",
            "Civic responsibility means that graduates take part in the life of {c} and leave it better.",
            "Adaptability is practised when plans change, tools fail and teams must begin again.",
        ],
    },
    Theme {
        title: "Strategic Plan",
        category: "strategic_plan",
        sentences: &[
            "The {d} strategic plan sets five priorities for the next five years and says how each will be measured.",
            "Priority one is early literacy: by third grade every child reads on level.",
            "The board adopted the strategic plan after listening sessions in {c} and a survey with 2,140 answers.",
            "We will align budget, calendar and staffing with the strategic priorities every spring.",
            "Progress is reported to the public twice a year on a dashboard of leading and lagging indicators.",
            "Attracting, developing and keeping excellent teachers is the second priority of the plan.",
            "Safe, modern buildings support learning; the facilities plan names eleven projects in order of need.",
            "Community visioning produced a compass that the superintendent reviews with principals each quarter.",
            "Equity means that a student's address, language or disability never predicts the outcome.",
            "Partnerships with colleges and employers open pathways from ninth grade onwards.",
        ],
    },
    Theme {
        title: "Board Meeting Minutes",
        category: "other",
        sentences: &[
            "The regular meeting of the {d} board of education was called to order at 7:00 PM and a quorum was present.",
            "It was moved and seconded to approve the consent agenda, including the minutes of the previous meeting.",
            "The treasurer presented the monthly financial report; the general fund balance stands at 18 percent.",
            "Public comment was received on the bus routes in the north of {c}.",
            "The board discussed the roof of the middle school gymnasium and authorised the request for bids.",
            "A first reading was held of the policy on student records and directory information.",
            "The superintendent recognised the robotics team, which placed third in the state.",
            "Resignations and new hires were approved as recommended by the personnel department.",
            "The board entered closed session to confer with counsel about pending litigation.",
            "There being no further business the meeting was adjourned at 9:12 PM.",
        ],
    },
    Theme {
        title: "Meal Charge Policy",
        category: "other",
        sentences: &[
            "The governing board of {d} recognises that hungry children cannot learn.",
            "Students without money on account receive the same reimbursable meal as every other student.",
            "Staff shall not identify, shame or delay a student because of unpaid meal charges.",
            "Families are told of a negative balance by letter and telephone, never through the child.",
            "The food service director in {c} reviews unpaid balances every month and reports to the business office.",
            "Applications for free and reduced price meals are available in six languages throughout the year.",
            "Bad debt is written off from sources other than the nonprofit school food service account.",
            "The policy is reviewed annually as required by the United States Department of Agriculture.",
        ],
    },
    Theme {
        title: "Career and Technical Education Pathways",
        category: "other",
        sentences: &[
            "{d} offers fourteen career pathways, from welding and agriculture to nursing and software.",
            "Competency-based pathways let students move on when they show mastery, not when a bell rings.",
            "Apprenticeships with employers in {c} count toward graduation credit.",
            "Students earn industry certificates and up to thirty college credits through dual enrollment.",
            "An advisory committee of local businesses meets each semester to keep the equipment current.",
            "Performance tasks are judged by practitioners using the same checklist as the trade.",
            "The automotive laboratory was rebuilt with a grant and two years of community fundraising.",
            "Work-based learning begins with job shadowing in tenth grade.",
        ],
    },
    Theme {
        title: "Technology Plan",
        category: "other",
        sentences: &[
            "The {d} technology plan gives every student a device and every classroom a reliable network.",
            "Digital citizenship is taught in all grades, with lessons on privacy and artificial intelligence.",
            "Filters protect minors as the Children's Internet Protection Act requires.",
            "Laptops are replaced on a four-year cycle that the levy of {c} pays for.",
            "Teachers learn with coaches who visit classrooms rather than in one-day workshops.",
            "Assistive technology is chosen by the team that writes the student's individual program.",
            "Backups are tested every month and stored outside the county.",
            "Families without broadband borrow hotspots from the library.",
        ],
    },
];
