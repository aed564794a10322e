//! What the fictitious packages and bids of the demonstration say.

use crate::domain::{disclosure::package::PackageForm, questionnaire::passing};
use entity::{
    category,
    offer::{Answer, LineQuantity, LineRate, NewOffer},
    opportunity,
    passport_answer::Referee,
    questionnaire::{AskedQuestion, Asks},
    vocabulary::*,
};
use rand::{Rng, seq::IndexedRandom};

/// Forty plainly fictitious providers.
pub const PROVIDERS: [&str; 40] = [
    "Acorn", "Alder", "Amber", "Aspen", "Beacon", "Birch", "Bluebell", "Bramble", "Bridge", "Brook", "Cedar",
    "Chestnut", "Clover", "Compass", "Copper", "Daisy", "Elm", "Fern", "Foxglove", "Harbour", "Hawthorn",
    "Hazel", "Heather", "Holly", "Ivy", "Juniper", "Kestrel", "Lantern", "Larch", "Lavender", "Maple",
    "Meadow", "Oak", "Orchard", "Poppy", "Primrose", "Robin", "Rowan", "Skylark", "Willow",
];

/// What every provider of the demonstration has in its passport.
pub const PASSPORT: [(PassportTopic, &str); 3] = [
    (
        PassportTopic::SafeguardingPolicy,
        "Our safeguarding lead is on call day and night. Staff raise a concern the same day, with us and with the \
         council, and write down what they saw and not what they think. The policy is reviewed each April and after every \
         concern, and each person we support has it in a form that they can use.",
    ),
    (
        PassportTopic::Recruitment,
        "Two references, one of them the last employer; proof of identity and of the right to work; an enhanced \
         disclosure, renewed every three years. Nobody works alone before all of it is there. People whom we support sit \
         on every panel.",
    ),
    (
        PassportTopic::BusinessContinuity,
        "Each house has a plan for snow, for illness and for power cuts, with who rings whom. We keep a tenth of our hours \
         free of fixed shifts, and share a list of trained staff with two neighbouring providers.",
    ),
];

/// Who can speak for Acorn.
pub fn referees() -> Vec<Referee> {
    [
        ("Eastshire County Council", "Supported living for six people, since 2022"),
        ("Northtown Housing Association", "Floating support for tenants, 2019 to 2024"),
    ]
    .into_iter()
    .map(|(organisation, service)| Referee {
        organisation: organisation.to_owned(),
        service: service.to_owned(),
        role: "Commissioning team".to_owned(),
        email: format!(
            "commissioning@{}.example",
            organisation.split(' ').next().unwrap_or_default().to_lowercase()
        ),
    })
    .collect()
}

/// What Beacon says of safeguarding since it was last accepted.
pub const SAFEGUARDING_NEWER: &str = "Since November our safeguarding lead has a deputy, so that one of them is always \
     within reach. Staff raise a concern the same day, with us and with the council. The policy is reviewed twice a year \
     and after every concern.";

/// An answer to a question of a market's questionnaire.
pub fn answer(question: &AskedQuestion, place: usize) -> String {
    const SENTENCES: [&str; 3] = [
        "We begin with what the person wants to do and with whom, and write it down in their words.",
        "Each person has a small team, and meets new staff before they work with them.",
        "Every three months we look at it together, and change what did not work.",
    ];
    match (question.id.as_str(), &question.asks) {
        ("rating", _) if place % 7 == 3 => "requires-improvement".to_owned(),
        ("staff", _) => (12 + place * 7).to_string(),
        ("ratio", _) => (3 + place % 3).to_string(),
        ("begun", _) => format!("20{:02}-0{}-01", 6 + place % 15, 1 + place % 9),
        ("sleep-ins" | "transport-offered", _) if place.is_multiple_of(2) => "yes".to_owned(),
        ("where", Asks::Choice { options, .. }) => {
            options.get(place % options.len().max(1)).map(|option| option.id.clone()).unwrap_or_default()
        }
        (_, Asks::Text { .. }) => {
            let turned = SENTENCES.iter().cycle().skip(place).take(SENTENCES.len());
            turned.copied().collect::<Vec<_>>().join(" ")
        }
        _ => passing(question),
    }
}

/// Outward codes of Staffordshire.
pub const PLACES: [&str; 10] =
    ["ST14", "ST15", "ST16", "ST17", "ST18", "ST19", "ST20", "WS11", "WS12", "DE14"];

struct Need {
    title: &'static str,
    ages: &'static [AgeBand],
    words: &'static str,
}

const LIVING: [Need; 5] = [
    Need {
        title: "Supported living with overnight support",
        ages: AgeBand::ALL,
        words: "A person with a learning disability is moving into their own flat. They want help with cooking, \
                money and getting out, and somebody sleeping in at night. They like routine, swimming and animals, \
                and want a small team they get to know.",
    },
    Need {
        title: "Support in a shared house",
        ages: AgeBand::ALL,
        words: "An autistic person shares a house with two others. They need support through the day with planning \
                and new situations, and a calm, consistent approach. They communicate with pictures and short \
                sentences.",
    },
    Need {
        title: "Moving on from hospital",
        ages: AgeBand::ALL,
        words: "A person with mental health needs is ready to leave hospital. They want support to settle, take \
                medicines as prescribed and rebuild a daily life, with less support as confidence grows.",
    },
    Need {
        title: "Support with a physical disability",
        ages: AgeBand::ALL,
        words: "A person who uses a wheelchair wants support with personal care, meals and going to a club twice a \
                week. They direct their own support and choose who works with them.",
    },
    Need {
        title: "A young adult’s first home",
        ages: &[AgeBand::From18To24],
        words: "A young adult with a learning disability is leaving home. They and their family want a start that \
                is planned together, skills for independence, and somebody there at night at first.",
    },
];

const DAYS: [Need; 3] = [
    Need {
        title: "Days out and skills in the community",
        ages: AgeBand::ALL,
        words: "A person with a learning disability wants to spend days with others: gardening, cooking and getting \
                fit. They want to travel with people they know.",
    },
    Need {
        title: "Meaningful days with one-to-one support",
        ages: AgeBand::ALL,
        words: "A person with complex needs wants days that are theirs: music, water and quiet time. They need \
                trained support at all times and an adapted vehicle.",
    },
    Need {
        title: "A step towards work",
        ages: &[AgeBand::From18To24, AgeBand::From25To39, AgeBand::From40To64],
        words: "A person wants to try volunteering and learn what work is like, with a little support to start and \
                less as they go.",
    },
];

/// A fictitious package of this category, starting some weeks from today.
pub fn package(category: &category::Model, today: Day, rng: &mut impl Rng) -> PackageForm {
    let nights = category.terms.lines.iter().any(|line| line.unit == Unit::SleepInNight);
    let needs: &[Need] = if nights { &LIVING } else { &DAYS };
    let need = needs.choose(rng).unwrap_or(&needs[0]);
    let mut transported = false;
    let quantities = category
        .terms
        .lines
        .iter()
        .filter_map(|line| {
            let quantity = match line.unit {
                Unit::Hour => *[21, 28, 35, 42, 45, 56].choose(rng)?,
                Unit::SleepInNight => 7,
                Unit::Day => *[2, 3, 4, 5].choose(rng)?,
                Unit::TransportDay if transported || rng.random_bool(0.4) => return None,
                Unit::TransportDay => {
                    transported = true;
                    2
                }
                _ => return None,
            };
            let quantity = Quantity::from_ten_thousandths(quantity * 10_000);
            Some(LineQuantity { key: line.key.clone(), quantity })
        })
        .collect();
    let has_preference = rng.random_bool(0.6);
    PackageForm {
        category_id: category.id,
        person_reference: format!("DEMO-{:05}", rng.random_range(1..100_000)),
        title: need.title.to_owned(),
        needs: need.words.to_owned(),
        outward_code: PLACES.choose(rng).copied().unwrap_or("ST16").to_owned(),
        age_band: need.ages.choose(rng).copied().unwrap_or(AgeBand::From25To39),
        quantities,
        starts_on: today.plus_days(rng.random_range(14..60)),
        initial_term_weeks: *[52, 104, 156].choose(rng).unwrap_or(&104),
        preference: PROVIDERS
            .choose(rng)
            .filter(|_| has_preference)
            .map(|name| format!("Would like {name} Example Care, who support a friend.")),
    }
}

/// Fictitious rates for these quantities, within what was published.
pub fn rates(category: &category::Model, quantities: &[LineQuantity], rng: &mut impl Rng) -> Vec<LineRate> {
    rates_of(&category.terms.lines, quantities, rng)
}

fn rates_of(lines: &[category::LineTerms], quantities: &[LineQuantity], rng: &mut impl Rng) -> Vec<LineRate> {
    quantities
        .iter()
        .filter_map(|asked| {
            let line = lines.iter().find(|l| l.key == asked.key)?;
            let rate = match (line.fixed, line.reference_low, line.reference_high) {
                (Some(fixed), _, _) => fixed,
                (None, Some(low), Some(high)) => {
                    // In whole pence.
                    let pence = (low.ten_thousandths() / 100)..=(high.ten_thousandths() / 100);
                    Money::from_ten_thousandths(rng.random_range(pence) * 100)
                }
                _ => Money::from_ten_thousandths(150_000),
            };
            Some(LineRate { key: asked.key.clone(), rate })
        })
        .collect()
}

/// A fictitious offer for an opportunity, at rates within what was published.
pub fn offer(opportunity: &opportunity::Model, rng: &mut impl Rng) -> NewOffer {
    let terms = &opportunity.terms;
    let rates = rates_of(&terms.lines, &opportunity.quantities.0, rng);
    let answers = terms
        .criteria
        .iter()
        .filter(|criterion| !criterion.standing)
        .map(|criterion| Answer {
            criterion_id: criterion.id.clone(),
            answer: ANSWERS.choose(rng).copied().unwrap_or(ANSWERS[0]).to_owned(),
        })
        .collect();
    NewOffer {
        rates,
        answers,
        attachments: Vec::new(),
        starts_on: opportunity.starts_on.plus_days(rng.random_range(0..10)),
        exceptionality: None,
    }
}

/// The same at seven tenths of the lowest reference rates, where rates are not set.
pub fn low_offer(opportunity: &opportunity::Model, rng: &mut impl Rng) -> NewOffer {
    let mut offer = offer(opportunity, rng);
    for rate in &mut offer.rates {
        let line = opportunity.terms.lines.iter().find(|line| line.key == rate.key);
        if let Some(low) = line.filter(|line| line.fixed.is_none()).and_then(|line| line.reference_low) {
            rate.rate = Money::from_ten_thousandths(low.ten_thousandths() * 7 / 1000 * 100);
        }
    }
    offer
}

const ANSWERS: [&str; 5] = [
    "We begin by spending time with the person and those who know them well, and write the support plan together. \
     The plan is reviewed after four weeks, then every three months, with what the person says has changed.",
    "A core team of five, all trained in the approach that the person needs, with named cover who have met the \
     person before. In the last year nine in ten visits were made by the core team.",
    "Every concern is recorded the same day and reviewed by the registered manager. Staff are trained each year, \
     and people we support help to teach them.",
    "We can start within two weeks: introductions in the first, shadow shifts in the second. The person chooses \
     who is on the team.",
    "We agree goals with the person and show progress in pictures. Support steps down when they are ready, never \
     before.",
];
