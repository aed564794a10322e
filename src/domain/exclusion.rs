//! Grounds for exclusion: declared by a provider or raised by an officer, answered with what has been done about it, and
//! decided with reasons by somebody else (PCR 2015 reg 57; Procurement Act 2023 ss. 57–58, Schs 6–7). What excludes
//! changes no standing by itself: an officer then refuses, or proposes a removal.

use super::{
    calendar,
    change::Change,
    enrolment::{Facts, check_words},
    event::Event,
    refusal::{Code, Refusal},
    standing::{REPRESENTATION_WORKING_DAYS, end_of},
};
use entity::{exclusion, vocabulary::*};
use serde::{Deserialize, Serialize};

/// The most grounds in one enrolment.
pub const GROUNDS_MAX: usize = 50;

/// A ground that a provider declares or an officer raises.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGround {
    pub ground: ExclusionGround,
    /// What happened. No names of people who are cared for.
    pub facts: String,
    /// The day of the conviction or of the event.
    pub happened_on: Day,
}

/// What the provider says to a ground.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroundAnswer {
    pub exclusion_id: ExclusionId,
    pub words: String,
    /// What it has done so that it does not happen again, and where the evidence of that lies.
    #[serde(default)]
    pub self_cleaning: Option<String>,
}

/// What an officer decides of a ground.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroundDecision {
    pub exclusion_id: ExclusionId,
    pub outcome: ExclusionOutcome,
    pub reasons: String,
}

/// What the law of a market says of a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    pub source: &'static str,
    /// Whether the provider must be excluded, unless it has shown that it cleaned itself.
    pub mandatory: bool,
    /// For so many years it is looked back on; nothing where it counts for as long as it lasts.
    pub years: Option<i64>,
}

/// A ground in words.
pub const fn ground_words(ground: ExclusionGround) -> &'static str {
    match ground {
        ExclusionGround::CorruptionOrBribery => "Corruption or bribery",
        ExclusionGround::Fraud => "Fraud or theft",
        ExclusionGround::OrganisedCrime => "Conspiracy or organised crime",
        ExclusionGround::Terrorism => "Terrorism",
        ExclusionGround::MoneyLaundering => "Money laundering",
        ExclusionGround::ModernSlavery => "Modern slavery or trafficking",
        ExclusionGround::CorporateManslaughter => "Corporate manslaughter or homicide",
        ExclusionGround::Tax => "Taxes or contributions not paid, or misconduct about tax",
        ExclusionGround::Competition => "Agreements that distort competition",
        ExclusionGround::SocialOrLabourLaw => "Breach of social or labour law",
        ExclusionGround::Environment => "Breach of environmental law",
        ExclusionGround::Insolvency => "Insolvency, bankruptcy or winding up",
        ExclusionGround::ProfessionalMisconduct => "Grave professional misconduct",
        ExclusionGround::PoorPerformance => "Poor performance or breach of an earlier contract",
        ExclusionGround::ConflictOfInterest => "A conflict of interest that nothing less can mend",
        ExclusionGround::Misrepresentation => "Misrepresentation, or information withheld",
        ExclusionGround::UndueInfluence => "Undue influence on a decision",
        ExclusionGround::NationalSecurity => "A threat to national security",
        ExclusionGround::Debarment => "An entry on the debarment list",
    }
}

/// The law of a ground under a regime. Convictions are looked back on for five years under PCR 2015 reg 57(11), other
/// events for three under reg 57(12), and both for five under Schedules 6 and 7 of the Procurement Act 2023.
pub const fn law(ground: ExclusionGround, regime: Regime) -> Law {
    use ExclusionGround::*;
    let act = matches!(regime, Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework);
    if act {
        return match ground {
            CorruptionOrBribery
            | Fraud
            | OrganisedCrime
            | Terrorism
            | MoneyLaundering
            | ModernSlavery
            | CorporateManslaughter
            | Tax
            | Competition => {
                Law { source: "Procurement Act 2023 s. 57(1), Sch. 6", mandatory: true, years: Some(5) }
            }
            SocialOrLabourLaw
            | Environment
            | ProfessionalMisconduct
            | PoorPerformance
            | Misrepresentation
            | UndueInfluence => {
                Law { source: "Procurement Act 2023 s. 57(2), Sch. 7", mandatory: false, years: Some(5) }
            }
            Insolvency | ConflictOfInterest | NationalSecurity => {
                Law { source: "Procurement Act 2023 s. 57(2), Sch. 7", mandatory: false, years: None }
            }
            Debarment => Law { source: "Procurement Act 2023 ss. 57, 62", mandatory: false, years: None },
        };
    }
    match ground {
        CorruptionOrBribery | Fraud | OrganisedCrime | Terrorism | MoneyLaundering | ModernSlavery => {
            Law { source: "PCR 2015 reg 57(1) and (11)", mandatory: true, years: Some(5) }
        }
        // Mandatory once a court or an authority has decided with final effect; it ends with payment (reg 57(5)).
        Tax => Law { source: "PCR 2015 reg 57(3)–(5)", mandatory: true, years: None },
        Competition
        | SocialOrLabourLaw
        | Environment
        | ProfessionalMisconduct
        | PoorPerformance
        | Misrepresentation
        | UndueInfluence
        | CorporateManslaughter => {
            Law { source: "PCR 2015 reg 57(8) and (12)", mandatory: false, years: Some(3) }
        }
        Insolvency | ConflictOfInterest | NationalSecurity | Debarment => {
            Law { source: "PCR 2015 reg 57(8)", mandatory: false, years: None }
        }
    }
}

/// The same day so many years later; the last of February where there is no 29th.
fn years_after(day: Day, years: i64) -> Option<Day> {
    let text = day.to_string();
    let (year, rest) = text.split_once('-')?;
    let year = year.parse::<i64>().ok()? + years;
    let exact = format!("{year:04}-{rest}").parse().ok();
    exact.or_else(|| format!("{year:04}-02-28").parse().ok())
}

/// The discretionary grounds of Schedule 7 came into force on this day: what happened before is looked back on for three
/// years, as it was until then.
const ACT_BEGAN: &str = "2025-02-24";

/// The last day on which it counts; nothing where it counts for as long as it lasts.
pub fn counts_until(ground: ExclusionGround, regime: Regime, happened_on: Day) -> Option<Day> {
    let law = law(ground, regime);
    let years = law.years?;
    let act = matches!(regime, Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework);
    let before = ACT_BEGAN.parse().is_ok_and(|began: Day| happened_on < began);
    let years = if act && !law.mandatory && before { years.min(3) } else { years };
    Some(years_after(happened_on, years)?.plus_days(-1))
}

/// A provider declares a ground (`own`), or an officer raises one.
///
/// # Errors
/// A day to come; no words; more than are kept.
pub fn raise(
    facts: &Facts,
    known: &[exclusion::Model],
    new: NewGround,
    own: bool,
    by: AccountId,
    officers: &[AccountId],
    now: Instant,
) -> Result<Change, Refusal> {
    check_words("facts", &new.facts)?;
    if new.happened_on > now.london_day() {
        return Err(
            Refusal::new(Code::InvalidField, "Enter a day that is not in the future.").at("happened_on")
        );
    }
    if known.len() >= GROUNDS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!("{GROUNDS_MAX} grounds are kept here, and no more are taken."),
        ));
    }
    let row = exclusion::Model {
        id: ExclusionId::new(),
        enrolment_id: facts.enrolment.id,
        ground: new.ground,
        own,
        facts: new.facts,
        happened_on: new.happened_on,
        raised_by: by,
        raised_at: now,
        words: None,
        self_cleaning: None,
        answered_by: None,
        answered_at: None,
        outcome: None,
        reasons: None,
        decided_by: None,
        decided_at: None,
    };
    let event = Event::GroundRaised { exclusion_id: row.id, ground: row.ground, own };
    let change = Change::new(facts.enrolment.id, event).insert(row);
    Ok(match own {
        true => tell(change, facts, LetterKind::RepresentationMade, officers),
        false => tell(change, facts, LetterKind::GroundRaised, &facts.people),
    })
}

#[derive(Serialize)]
struct GroundContext {
    market: String,
    category: String,
    provider: String,
    path: String,
}

fn tell(change: Change, facts: &Facts, kind: LetterKind, to: &[AccountId]) -> Change {
    let context = GroundContext {
        market: facts.market.name.clone(),
        category: facts.category.name.clone(),
        provider: facts.provider_name.clone(),
        path: format!("/enrolments/{}/standing", facts.enrolment.id),
    };
    change.tell(kind, to, &context)
}

fn found(known: &[exclusion::Model], id: ExclusionId) -> Result<&exclusion::Model, Refusal> {
    let Some(row) = known.iter().find(|row| row.id == id) else {
        return Err(Refusal::not_found("ground").at("exclusion_id"));
    };
    if row.decided_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided, "This ground was decided on already."));
    }
    Ok(row)
}

/// The provider says what it has to say to a ground; until it is decided it may say more in its place.
///
/// # Errors
/// No such ground; decided already; no words.
pub fn answer(
    facts: &Facts,
    known: &[exclusion::Model],
    said: GroundAnswer,
    by: AccountId,
    officers: &[AccountId],
    now: Instant,
) -> Result<Change, Refusal> {
    let row = found(known, said.exclusion_id)?;
    check_words("words", &said.words)?;
    let self_cleaning = said.self_cleaning.filter(|words| !words.trim().is_empty());
    if let Some(words) = &self_cleaning {
        check_words("self_cleaning", words)?;
    }
    let row = exclusion::Model {
        words: Some(said.words),
        self_cleaning,
        answered_by: Some(by),
        answered_at: Some(now),
        ..row.clone()
    };
    let event = Event::GroundAnswered { exclusion_id: row.id, ground: row.ground };
    let change = Change::new(facts.enrolment.id, event).update(row);
    Ok(tell(change, facts, LetterKind::RepresentationMade, officers))
}

/// From when on a ground that an officer raised may be held against a provider that has not answered.
fn answerable_until(row: &exclusion::Model) -> Result<Instant, Refusal> {
    let last = calendar::working_days_after(row.raised_at.london_day(), REPRESENTATION_WORKING_DAYS)
        .map_err(|why| Refusal::new(Code::DefinitionInvalid, why.to_string()))?;
    Ok(last.end_in_london())
}

/// An officer who did not raise it decides on a ground.
///
/// # Errors
/// No such ground; decided already; four eyes; what happened lies too far back; the provider may still answer; no
/// reasons.
pub fn decide(
    facts: &Facts,
    known: &[exclusion::Model],
    said: GroundDecision,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    let row = found(known, said.exclusion_id)?;
    check_words("reasons", &said.reasons)?;
    if row.raised_by == by {
        return Err(Refusal::new(Code::FourEyes, "You raised this ground, so somebody else decides on it."));
    }
    if said.outcome == ExclusionOutcome::Excluded {
        let until = counts_until(row.ground, facts.market.regime, row.happened_on);
        if let Some(last) = until.filter(|last| *last < now.london_day()) {
            return Err(Refusal::new(
                Code::LookBackOver,
                format!("This is looked back on until {}: it excludes no more.", last.in_words()),
            )
            .at("outcome"));
        }
        let until = answerable_until(row)?;
        if row.answered_at.is_none() && now < until {
            return Err(Refusal::new(
                Code::RepresentationsOpen,
                format!("The provider may answer until {}: decide after that.", end_of(until)),
            ));
        }
    }
    let row = exclusion::Model {
        outcome: Some(said.outcome),
        reasons: Some(said.reasons),
        decided_by: Some(by),
        decided_at: Some(now),
        ..row.clone()
    };
    let event = Event::GroundDecided { exclusion_id: row.id, ground: row.ground, outcome: said.outcome };
    let change = Change::new(facts.enrolment.id, event).update(row);
    Ok(tell(change, facts, LetterKind::GroundDecided, &facts.people))
}

/// Nobody is admitted while a ground waits for its decision, or excludes and is still looked back on.
///
/// # Errors
/// `ground_stands`.
pub fn check_admissible(known: &[exclusion::Model], regime: Regime, today: Day) -> Result<(), Refusal> {
    let counts = |row: &exclusion::Model| {
        counts_until(row.ground, regime, row.happened_on).is_none_or(|last| today <= last)
    };
    for row in known {
        let words = match row.outcome {
            None => "waits for a decision: decide on it first",
            Some(ExclusionOutcome::Excluded) if counts(row) => "was found to exclude this provider",
            Some(_) => continue,
        };
        return Err(Refusal::new(
            Code::GroundStands,
            format!("A ground for exclusion ({}) {words}.", ground_words(row.ground).to_lowercase()),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_ground_counts_for_as_long_as_its_law_looks_back() {
        use ExclusionGround::*;
        let until =
            |ground, regime, on: &str| counts_until(ground, regime, day(on)).map(|last| last.to_string());
        let (dps, act) = (Regime::PcrLtrDps, Regime::Pa23DynamicMarket);
        assert_eq!(until(Fraud, dps, "2022-03-01").as_deref(), Some("2027-02-28"));
        assert_eq!(until(PoorPerformance, dps, "2024-02-29").as_deref(), Some("2027-02-27"));
        assert_eq!(until(Fraud, act, "2022-03-01").as_deref(), Some("2027-02-28"));
        assert_eq!(until(PoorPerformance, act, "2025-02-24").as_deref(), Some("2030-02-23"));
        assert_eq!(until(PoorPerformance, act, "2025-02-23").as_deref(), Some("2028-02-22"));
        assert_eq!(until(Insolvency, dps, "2010-01-01"), None);
    }

    #[test]
    fn every_ground_has_words_and_a_law_under_every_regime() {
        for &ground in ExclusionGround::ALL {
            assert!(!ground_words(ground).is_empty());
            for &regime in Regime::ALL {
                assert!(!law(ground, regime).source.is_empty());
            }
        }
    }
}
