//! Planting the demonstration's data, by the same acts that people use.

use super::care;
use crate::{
    actions::{
        Failure, Order,
        account::{self, NewPerson, NewProvider},
        alert, amendment, application, approval,
        award::{self, NewApproval, NewRecommendation},
        bid, capacity,
        clock::{self, NewOwner},
        direct_award, document, enrolment,
        enrolment::{Application, NewResponse},
        evaluation::{self, NewDeclaration, NewMark},
        evidence, identifier, letter, market, officer_interest, opportunity,
        opportunity::Interest,
        package::{self, Publication},
        passport, query,
        questionnaire::{self, NewAnswerMark},
        reading::{self, NewReader},
        register, round, scheme, standing, standing_rates,
        team::{self, Acceptance},
        wording,
    },
    app::App,
    domain::{
        actor::{Actor, Need},
        alert::NewAlerts,
        amendment::Correction,
        application::NewDraftAnswer,
        award::{PreferenceAnswer, TurnedDown},
        capacity::{BandHours, NewBase, NewCapacity},
        clock::NewNotice,
        delegation::{Appointment, NewDelegation, NewPost},
        direct_award::NewDirectAward,
        direct_payment::NewDirectPayment,
        disclosure::round::RoundLine,
        identifier::NewIdentifiers,
        market::read,
        officer_interest::NewOfficerInterest,
        passport::NewPassportAnswer,
        query::{NewQuery, QueryAnswer},
        questionnaire as rules,
        register::Answered,
        round::{Improvement, NewRound},
        standing::{MeasureDecision, NewMeasure, NewStop, UrgentStop},
        standing_rates::NewStandingRates,
        team::NewInvitation,
        wording::NewWording,
    },
    store::{self, opportunity::Which},
};
use entity::{
    category,
    enrolment::Evidence,
    offer::{Attached, LineRate},
    opportunity as opportunity_row,
    questionnaire::Questionnaire,
    vocabulary::*,
};
use rand::{Rng, seq::IndexedRandom};
use serde_json::json;

const DEFINITIONS: [&str; 2] = [
    include_str!("../../markets/staffordshire-supported-living.toml"),
    include_str!("../../markets/staffordshire-day-opportunities.toml"),
];

/// A definition as the demonstration has it: what the council publishes stands; what is added says that it is
/// illustrative.
fn staged(definition: &str) -> String {
    // Opportunities of the demonstration close within minutes.
    let mut terms =
        "bidding_window_hours_min = 0\nurgent_posts = [\"director\"]\nbatch_approval = true".to_owned();
    let mut said =
        "  \"That several awards may be approved at once, and that what cannot wait goes to the Director \
                    besides, is illustrative.\",\n"
            .to_owned();
    // One of the two has a standstill, so that it can be seen.
    if definition.contains("slug = \"staffordshire-day-opportunities\"") {
        terms.push_str("\nstandstill_working_days = 8");
        said.push_str(
            "  \"The standstill of 8 working days is illustrative: this market publishes none.\",\n",
        );
    }
    let mut round = String::new();
    if definition.contains("slug = \"staffordshire-supported-living\"") {
        round.push_str(ROUND);
        said.push_str(
            "  \"That a ranking round may follow an evaluation, and its terms, are illustrative.\",\n",
        );
    }
    let template = "[categories.package_template]\n";
    let definition = definition.replacen(template, &format!("{round}{template}"), 1);
    definition.replacen("bidding_window_hours_min = 4", &terms, 1).replacen(
        "illustrative = [\n",
        &format!("illustrative = [\n{said}"),
        1,
    )
}

/// Of supported living, at the published reference rates.
const ROUND: &str = "[categories.round]
length_minutes = 60
longest_minutes = 120

[[categories.round.steps]]
key = \"support-hour\"
step = \"0.05\"
floor = \"13.60\"

[[categories.round.steps]]
key = \"sleep-in-night\"
step = \"0.50\"
floor = \"78.00\"

";

/// How many opportunities are kept open for bids.
pub const LIVE_WANTED: usize = 6;

/// A secret for the demonstration's sessions, new at each start.
pub fn secret() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// An order by somebody, under a key of its own.
pub fn order(by: AccountId, need: Need) -> Order {
    Order { by, need, key: format!("{:032x}", rand::rng().random::<u128>()), digest: String::new() }
}

/// Officers, by name, address and role. Plainly fictitious.
const OFFICERS: [(&str, &str, &[OfficerRole]); 9] = [
    ("Brook Broker", "broker@staffordshire.example", &[OfficerRole::Broker]),
    ("Eden Evaluator", "evaluator@staffordshire.example", &[OfficerRole::Evaluator]),
    ("Ellis Evaluator", "second.evaluator@staffordshire.example", &[OfficerRole::Evaluator]),
    ("Lee Lead-Commissioner", "lead.commissioner@staffordshire.example", &[OfficerRole::Commissioner]),
    (
        "Sol Second-Commissioner",
        "second.lead.commissioner@staffordshire.example",
        &[OfficerRole::Commissioner],
    ),
    ("Ash Assistant-Director", "assistant.director@staffordshire.example", &[OfficerRole::Commissioner]),
    ("Dale Director", "director@staffordshire.example", &[OfficerRole::Auditor]),
    ("Pat Procurement", "procurement@staffordshire.example", &[OfficerRole::Procurement]),
    ("Perry Procurement", "second.procurement@staffordshire.example", &[OfficerRole::Procurement]),
];

/// Somebody of the demonstration, by address.
async fn somebody(app: &App, email: &str) -> Result<AccountId, Failure> {
    let found = store::account::by_email(app.database.read(), email).await?;
    found.map(|a| a.id).ok_or_else(|| Failure::Broken(format!("{email} is not there")))
}

/// Sets everything up: markets, people, enrolments of every standing, opportunities at every stage.
pub async fn plant(app: &App) -> Result<(), Failure> {
    const HISTORY_DAYS: i64 = 8;
    app.clock.wind(-HISTORY_DAYS * 86_400_000);
    for text in DEFINITIONS {
        let definition = read(&staged(text))
            .map_err(|mistakes| Failure::Broken(mistakes.iter().map(|m| format!("{m}\n")).collect()))?;
        market::import(app, &definition).await?;
    }
    let authority = store::market::authority_by_slug(app.database.read(), "staffordshire").await?;
    let authority = authority.ok_or_else(|| Failure::Broken("no authority".to_owned()))?;
    for (name, email, roles) in OFFICERS {
        account::open_officer(app, authority.id, name, email, None, roles).await?;
    }
    instruments(app).await?;
    let providers = providers(app).await?;
    enrolments(app, &providers).await?;
    registers(app, &providers, true).await?;
    app.clock.wind(86_400_000);
    registers(app, &providers, false).await?;
    for stage in [Until::Awarded, Until::Awarded, Until::Recommended, Until::Priced, Until::Closed] {
        for market in 0..2 {
            past(app, market, stage, &providers).await?;
        }
    }
    unfilled(app).await?;
    challenge(app, authority.id).await?;
    for market in 0..2 {
        other_ways(app, market).await?;
    }
    letters(app).await?;
    clocks(app, authority.id).await?;
    if let Some(changed) = providers.get(CHANGED) {
        let new = NewPassportAnswer {
            topic: PassportTopic::SafeguardingPolicy,
            revision: 1,
            answer: care::SAFEGUARDING_NEWER.to_owned(),
            referees: Vec::new(),
        };
        passport::answer(app, &order(changed.account_id, BIDDER), new).await?;
    }
    app.clock.unwind();
    interest(app, &providers).await?;
    team(app, &providers).await?;
    usual(app, &providers).await?;
    capacity(app, &providers).await?;
    asked(app).await?;
    amended(app).await?;
    ranked(app).await
}

/// Acorn keeps standing rates for a category in which it chooses them: the middle of the published reference rates, illustrative.
async fn usual(app: &App, providers: &[Actor]) -> Result<(), Failure> {
    let Some(acorn) = providers.first() else { return Ok(()) };
    let shown = standing_rates::show(app, acorn).await?;
    let chosen = |line: &category::LineTerms| line.fixed.is_none() && line.reference_low.is_some();
    let Some(first) = shown.categories.iter().find(|one| one.lines.iter().any(chosen)) else {
        return Ok(());
    };
    let own = first.lines.iter().filter(|line| line.fixed.is_none()).filter_map(|line| {
        let middle = (line.reference_low?.ten_thousandths() + line.reference_high?.ten_thousandths()) / 200;
        Some(LineRate { key: line.key.clone(), rate: Money::from_ten_thousandths(middle * 100) })
    });
    let new = NewStandingRates { rates: own.collect() };
    standing_rates::set(app, &order(acorn.account_id, BIDDER), first.category_id, new).await
}

/// Acorn has a colleague of each role, one of them for one category alone, one who reads once a day what is new, and
/// somebody who is invited.
async fn team(app: &App, providers: &[Actor]) -> Result<(), Failure> {
    let Some(acorn) = providers.first() else { return Ok(()) };
    let db = app.database.read();
    let known = store::capacity::of(db, acorn.provider()?).await?;
    let one: Vec<_> = known.categories.first().copied().into_iter().collect();
    let by = || order(acorn.account_id, ADMINISTRATOR);
    for (name, role, categories) in [
        ("Acorn Administrator", ProviderRole::Administrator, Vec::new()),
        ("Acorn Bidder", ProviderRole::Bidder, one),
        ("Acorn Viewer", ProviderRole::Viewer, Vec::new()),
    ] {
        let email = format!("{}@acorn.example", role.as_str());
        team::invite(app, &by(), NewInvitation { email, role, categories }).await?;
        let letters = store::letter::part_about(db, &[acorn.provider()?.into()], None, 1).await?;
        let Some(link) = letters.first().map(|letter| team::link(app, letter)).transpose()?.flatten() else {
            continue;
        };
        let token = link.rsplit('#').next().unwrap_or_default().to_owned();
        // Nobody needs to know it: one click signs in.
        let how = Acceptance { token, name: name.to_owned(), password: secret() };
        let colleague = team::accept(app, how).await?;
        if role == ProviderRole::Administrator {
            let new = NewAlerts {
                areas: vec!["ST".to_owned(), "WV".to_owned()],
                digest_hour: Some(8),
                quiet_from: Some(20),
                quiet_until: Some(7),
                ..NewAlerts::default()
            };
            alert::choose(app, &order(colleague.account_id, BIDDER), new).await?;
        }
    }
    let waiting = NewInvitation {
        email: "rota@acorn.example".to_owned(),
        role: ProviderRole::Viewer,
        categories: Vec::new(),
    };
    team::invite(app, &by(), waiting).await
}

/// Some have published what they have to spare: illustrative figures.
async fn capacity(app: &App, providers: &[Actor]) -> Result<(), Failure> {
    const PUBLISHING: usize = 12;
    let db = app.database.read();
    for (place, provider) in providers.iter().take(PUBLISHING).enumerate() {
        let known = store::capacity::of(db, provider.provider()?).await?;
        let by = || order(provider.account_id, ADMINISTRATOR);
        let wide = if place == 0 { 3 } else { 2 };
        let codes: Vec<_> = care::PLACES.iter().cycle().skip(place).take(wide).collect();
        for (at, &category_id) in known.categories.iter().take(4).enumerate() {
            for outward_code in &codes {
                let mut hours = Vec::new();
                for (nth, &band) in TimeBand::ALL.iter().enumerate() {
                    if (nth + place + at) % 3 == 0 {
                        let spare = 6 + 3 * i64::try_from((place + nth) % 9).unwrap_or_default();
                        hours.push(BandHours { band, hours: Quantity::from_ten_thousandths(spare * 10_000) });
                    }
                }
                let outward_code = (**outward_code).to_owned();
                capacity::publish(app, &by(), NewCapacity { category_id, outward_code, hours }).await?;
            }
        }
        let outward_code = codes.first().map(|code| (**code).to_owned()).unwrap_or_default();
        let base = NewBase { name: format!("{outward_code} office"), outward_code };
        capacity::add_base(app, &by(), base).await?;
    }
    Ok(())
}

/// Somebody has an interest in a provider.
async fn interest(app: &App, providers: &[Actor]) -> Result<(), Failure> {
    let Some(Ok(provider_id)) = providers.last().map(Actor::provider) else { return Ok(()) };
    let (director, _) = officer(app, "director@staffordshire.example").await?;
    let since = app.clock.now().london_day().plus_days(-400);
    let nature = "My brother is one of its directors.".to_owned();
    let new = NewOfficerInterest { provider_id, nature, since };
    officer_interest::declare(app, &order(director, Need::Officer(&[])), new).await
}

/// What a procurement officer entered beside the definitions: a post for extensions, held by somebody who acts up.
async fn instruments(app: &App) -> Result<(), Failure> {
    let db = app.database.read();
    let today = app.clock.now().london_day();
    let officer = somebody(app, "procurement@staffordshire.example").await?;
    let by = || order(officer, Need::Officer(&[OfficerRole::Procurement]));
    let Some(market) = store::market::by_slug(db, "staffordshire-supported-living").await? else {
        return Ok(());
    };
    let known = store::market::scheme(db, &market, market.authority_id).await?;
    let director = known.posts.iter().find(|post| post.slug == "director").map(|post| post.id);
    let reason = "Illustrative: extensions are decided nearer to the people who use the service.";
    let new = NewPost { title: "Head of Brokerage".to_owned(), reason: reason.to_owned() };
    let post_id = PostId(scheme::create_post(app, &by(), market.id, new).await?.id);
    let new = NewDelegation {
        from_decision_id: None,
        from_post_id: director,
        to_post_id: post_id,
        limit_yearly: Some(Money::from_ten_thousandths(30_000 * 10_000)),
        limit_contract: None,
        categories: Vec::new(),
        kinds: vec![DecisionKind::Variation, DecisionKind::Extension],
        may_pass_on: false,
        levels: None,
        valid_from: today,
        valid_to: Some(today.plus_days(180)),
        conditions: Some("after advice from finance (illustrative)".to_owned()),
        reason: reason.to_owned(),
    };
    scheme::enter_delegation(app, &by(), market.id, new).await?;
    let new = Appointment {
        post_id,
        account_id: somebody(app, "second.evaluator@staffordshire.example").await?,
        tenure: Tenure::Acting,
        from: today,
        to: Some(today.plus_days(90)),
        reason: "Illustrative: until the post is filled.".to_owned(),
    };
    scheme::appoint(app, &by(), market.id, new).await?;
    Ok(())
}

/// One of the awards in their standstill is challenged; the other runs its course.
async fn challenge(app: &App, authority: AuthorityId) -> Result<(), Failure> {
    let waiting = store::opportunity::in_standstill(app.database.read(), authority).await?;
    let Some(of) = waiting.first() else { return Ok(()) };
    let procurement = somebody(app, "procurement@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Procurement]);
    let reason = "A bidder asks for the reasons behind its mark for safety (illustrative).".to_owned();
    award::challenge(app, &order(procurement, need), of.id, reason).await
}

/// One market words a letter its own way, and one letter did not arrive.
async fn letters(app: &App) -> Result<(), Failure> {
    let officer = somebody(app, "procurement@staffordshire.example").await?;
    let by = order(officer, Need::Officer(&[OfficerRole::Procurement]));
    if let Some(market) =
        store::market::by_slug(app.database.read(), "staffordshire-supported-living").await?
    {
        let own = NewWording {
            kind: LetterKind::EnrolmentAdmitted,
            subject: "You can now bid in {category}".to_owned(),
            opening:
                "{authority} has admitted {provider} to {category} in {market}: welcome.\n\nFrom now on you \
                      can bid, and you will get an email about each new opportunity."
                    .to_owned(),
            closing: "The reasons for the decision are on the site. See what is live at {link}.".to_owned(),
            after_version: 0,
        };
        wording::change(app, &by, market.id, own).await?;
    }
    let now = app.clock.now();
    let until = now.plus_seconds(600);
    let tx = app.database.begin().await?;
    let claimed = store::record::claim_letters(&tx, now, until, 1).await?;
    tx.commit().await?;
    for mut lost in claimed {
        letter::write(app, &mut lost, &mut letter::Stationery::default()).await?;
        lost.state = LetterState::Undeliverable;
        lost.attempts = 1;
        lost.last_failure = Some("permanent error (550): 5.1.1".to_owned());
        letter::settle(app, lost, until).await?;
    }
    Ok(())
}

/// One award has its notice, and another's is somebody's to see to.
async fn clocks(app: &App, authority: AuthorityId) -> Result<(), Failure> {
    let whose = store::contract::Whose::Authority(authority);
    let contracts = store::contract::list(app.database.read(), whose, None, 2).await?;
    let procurement = somebody(app, "procurement@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Procurement]);
    if let Some(contract) = contracts.first() {
        let notice = NewNotice {
            contract_ids: vec![contract.id],
            published_on: app.clock.now().london_day(),
            reference: "DEMO-000001".to_owned(),
            link: "https://notices.example/demo-000001".to_owned(),
        };
        clock::publish(app, &order(procurement, need), notice).await?;
    }
    if let Some(contract) = contracts.get(1) {
        let owner = NewOwner { account_id: Some(procurement), post_id: None, role: None };
        clock::assign(app, &order(procurement, need), ClockKind::AwardNotice, contract.id.0, owner).await?;
    }
    Ok(())
}

/// A package that goes to the provider that the person chose and waits for approval, one awarded urgently whose review
/// is due, and one for which a Direct Payment was chosen.
async fn other_ways(app: &App, market: usize) -> Result<(), Failure> {
    const NAMED: [(AwardRoute, &str, i32); 2] = [
        (
            AwardRoute::UserChoice,
            "The person has known this team for years; a change would undo what they have built up together.",
            52,
        ),
        (AwardRoute::Urgent, "The person leaves hospital this week and cannot go home without support.", 8),
    ];
    let db = app.database.read();
    let markets = store::market::all(db).await?;
    let Some(market) = markets.get(market) else { return Ok(()) };
    let categories = store::market::categories(db, [market.id]).await?;
    let Some(category) = categories.first() else { return Ok(()) };
    let broker = somebody(app, "broker@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Broker]);
    let members = store::enrolment::members(db, category.id).await?;
    let today = app.clock.now().london_day();
    for (route, reason, term_weeks) in NAMED {
        let Some((provider_id, _)) = members.choose(&mut rand::rng()).cloned() else { continue };
        let mut form = care::package(category, today, &mut rand::rng());
        form.preference = Some("To stay with the team that they know.".to_owned());
        let rates = care::rates(category, &form.quantities, &mut rand::rng());
        let package = package::draft(app, &order(broker, need), form).await?;
        let new = NewDirectAward {
            route,
            provider_id,
            reason: reason.to_owned(),
            basis: Some("Council’s standing orders, exceptions to competition (illustrative).".to_owned()),
            exclusion_check: "The declarations made on joining were read again and still hold.".to_owned(),
            standing_reason: None,
            rates,
            starts_on: today.plus_days(if route == AwardRoute::Urgent { 3 } else { 28 }),
            term_weeks,
        };
        let id = direct_award::propose(app, &order(broker, need), package, new).await?;
        if route == AwardRoute::Urgent {
            let approver = somebody(app, "assistant.director@staffordshire.example").await?;
            let reason = "They cannot wait for bids.".to_owned();
            direct_award::approve(app, &order(approver, Need::Officer(&[])), id, reason).await?;
        }
    }
    let form = care::package(category, today, &mut rand::rng());
    let package = package::draft(app, &order(broker, need), form).await?;
    let chosen = NewDirectPayment {
        provider_off_list: true,
        reason: "They want somebody near them who has not joined the market, and will employ them."
            .to_owned(),
    };
    package::record_direct_payment(app, &order(broker, need), package, chosen).await
}

async fn providers(app: &App) -> Result<Vec<Actor>, Failure> {
    let mut rng = rand::rng();
    let mut actors = Vec::new();
    for (name, place) in care::PROVIDERS.iter().zip(care::PLACES.iter().cycle()) {
        let new = NewProvider {
            name: format!("{name} Example Care"),
            // Numbers that the registers have given to nobody.
            companies_house_number: Some(format!("99{:06}", rng.random_range(0..1_000_000))),
            cqc_provider_id: Some(format!("1-99{:09}", rng.random_range(0..1_000_000_000_u32))),
            outward_code: (*place).to_owned(),
            person: NewPerson {
                name: format!("{name} Manager"),
                email: format!("manager@{}.example", name.to_lowercase()),
                // Nobody needs to know it: one click signs in.
                password: secret(),
            },
        };
        actors.push(account::register(app, new).await?);
    }
    Ok(actors)
}

const ADMINISTRATOR: Need = Need::Provider(&[ProviderRole::Administrator]);
const BIDDER: Need = Need::Provider(&[ProviderRole::Administrator, ProviderRole::Bidder]);

/// Most are admitted; a few wait, have been asked, were refused or are suspended.
async fn enrolments(app: &App, providers: &[Actor]) -> Result<(), Failure> {
    let db = app.database.read();
    let officer = somebody(app, "procurement@staffordshire.example").await?;
    let procurement = Need::Officer(&[OfficerRole::Procurement]);
    let by = || order(officer, procurement);
    for (place, provider) in providers.iter().enumerate() {
        for (topic, answer) in care::PASSPORT {
            let new =
                NewPassportAnswer { topic, revision: 0, answer: answer.to_owned(), referees: Vec::new() };
            passport::answer(app, &order(provider.account_id, BIDDER), new).await?;
        }
        if place == 0 {
            let new = NewPassportAnswer {
                topic: PassportTopic::References,
                revision: 0,
                answer: String::new(),
                referees: care::referees(),
            };
            passport::answer(app, &order(provider.account_id, BIDDER), new).await?;
        }
        for market in store::market::all(db).await? {
            let categories = store::market::categories(db, [market.id]).await?;
            let asked = store::questionnaire::current(db, market.id).await?;
            let asked = asked.map(|version| version.content).unwrap_or_default();
            for category in
                categories.iter().skip(place % 2).chain(categories.first().filter(|_| place % 2 == 1))
            {
                if place == DRAFTING && categories.len() > 1 && categories.last() == Some(category) {
                    draft(app, provider, category.id, &asked).await?;
                    continue;
                }
                let today = app.clock.now().london_day();
                let offers_transport = asked_with(&asked, place, "motor");
                let given = market.terms.evidence.iter().enumerate().map(|(at, wanted)| Evidence {
                    document_id: None,
                    id: wanted.id.clone(),
                    reference: format!("DEMO-{place:03}-{}", wanted.id),
                    expires_on: Some(today.plus_days(if at == 0 { first_expires_in(place) } else { 200 })),
                });
                let motor = offers_transport.then(|| Evidence {
                    id: "motor".to_owned(),
                    reference: format!("DEMO-{place:03}-motor"),
                    expires_on: Some(today.plus_days(240)),
                    document_id: None,
                });
                // The passport answers the rest.
                let own = rules::questions(&asked).filter(|question| question.passport.is_none());
                let questions = own.map(|question| NewResponse {
                    question_id: question.id.clone(),
                    answer: care::answer(question, place),
                });
                let application = Application {
                    category_id: category.id,
                    declarations: market.terms.declarations.iter().map(|d| d.id.clone()).collect(),
                    evidence: given.chain(motor).collect(),
                    answers: Vec::new(),
                    questions: questions.collect(),
                };
                let apply = order(provider.account_id, ADMINISTRATOR);
                let id = enrolment::apply(app, &apply, market.id, application).await?;
                match place {
                    36 => {
                        let reader_id = somebody(app, "second.procurement@staffordshire.example").await?;
                        reading::ask(app, &by(), id, NewReader { reader_id }).await?;
                    }
                    37 => {
                        let question = "Please send the renewal of your insurance: the certificate that you named \
                                        ends this year.";
                        enrolment::ask(app, &by(), id, question.to_owned()).await?;
                    }
                    38 => {
                        let reasons = "The evidence of registration is for another kind of service.";
                        enrolment::refuse(app, &by(), id, reasons.to_owned()).await?;
                    }
                    _ => {
                        for question in rules::questions(&asked).filter(|one| one.scored.is_some()) {
                            let new = NewAnswerMark {
                                question_id: question.id.clone(),
                                mark: Mark::from_ten_thousandths(if place.is_multiple_of(3) {
                                    40_000
                                } else {
                                    35_000
                                }),
                                reason: "Clear, with examples; it says little of what went wrong.".to_owned(),
                            };
                            questionnaire::give_mark(app, &by(), id, new).await?;
                        }
                        let reasons = "All conditions of entry are met.";
                        enrolment::admit(app, &by(), id, reasons.to_owned()).await?;
                        let first = categories.first().is_some_and(|c| c.id == category.id);
                        if place == 39 || (first && (34..=35).contains(&place)) {
                            stopped(app, officer, id, place).await?;
                        }
                        if place == 0
                            && let Some(wanted) = market.terms.evidence.first()
                        {
                            renewal(app, provider, id, wanted.id.clone()).await?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// What the registers are made to say of some: nobody is asked. A day later one rating has fallen, one company is in
/// liquidation, and one location has the rating of the service before.
async fn registers(app: &App, providers: &[Actor], first: bool) -> Result<(), Failure> {
    let day = |days: i64| app.clock.now().london_day().plus_days(days);
    for (place, provider) in providers.iter().take(3).enumerate() {
        let id = provider.provider()?;
        let found = store::account::provider(app.database.read(), id).await?;
        let Some(known) = found else { continue };
        let location = format!("1-9900000000{place}");
        if first {
            let new = NewIdentifiers {
                companies_house_number: known.companies_house_number.clone().unwrap_or_default(),
                cqc_provider_id: known.cqc_provider_id.clone().unwrap_or_default(),
                charity_number: if place == 0 { "9000001".to_owned() } else { String::new() },
                ppon: format!("PXXX-000{place}-DEMO"),
                cqc_locations: vec![location.clone()],
            };
            identifier::change(app, &order(provider.account_id, ADMINISTRATOR), new).await?;
        }
        let rating = if place == 1 && !first { "Requires Improvement" } else { "Good" };
        let before = if place == 2 { Some("1-999999999") } else { None };
        for row in store::register::readings(app.database.read(), id).await? {
            let status = if place == 2 && !first { "liquidation" } else { "active" };
            let body = match row.entry {
                RegisterEntry::CqcProvider => json!({
                    "providerId": row.number, "name": known.name, "registrationStatus": "Registered",
                }),
                RegisterEntry::CqcLocation => json!({
                    "locationId": row.number, "providerId": known.cqc_provider_id,
                    "name": known.name.replace("Care", "House"), "registrationStatus": "Registered",
                    "assessment": [{"ratings": {"asgRatings": [{
                        "rating": rating, "assessmentDate": day(if first { -400 } else { -9 }),
                        "organisationId": before,
                    }]}}],
                }),
                RegisterEntry::Company => json!({
                    "company_name": known.name.to_uppercase() + " LIMITED", "company_number": row.number,
                    "company_status": status,
                }),
                RegisterEntry::Charity => json!({
                    "reg_charity_number": 9_000_001, "group_subsid_suffix": 0, "reg_status": "R",
                    "charity_name": known.name.to_uppercase() + " TRUST",
                }),
            };
            register::hear(app, &row, Ok(Answered::Body(body.to_string().into_bytes()))).await?;
        }
    }
    Ok(())
}

/// The provider whose evidence is over by the time that anybody looks.
const LAPSED: usize = 2;
/// The provider that is still writing a request.
const DRAFTING: usize = 33;
/// The provider that has changed its passport since.
const CHANGED: usize = 4;

/// Whether a question is asked of a provider of the demonstration.
fn asked_with(asked: &Questionnaire, place: usize, id: &str) -> bool {
    let all: Vec<_> =
        rules::questions(asked).map(|one| (one.id.as_str(), care::answer(one, place))).collect();
    let answers = all.iter().map(|(id, answer)| (*id, answer.as_str())).collect();
    rules::asked(asked, &answers).iter().any(|question| question.id == id)
}

/// A request that is half written.
async fn draft(app: &App, by: &Actor, category: CategoryId, asked: &Questionnaire) -> Result<(), Failure> {
    let first = asked.sections.first().into_iter().flat_map(|section| section.questions.iter().take(4));
    let answers =
        first.map(|question| (format!("questions.{}", question.id), care::answer(question, DRAFTING + 1)));
    let declared = [("declarations.terms".to_owned(), rules::YES.to_owned())];
    for (field, answer) in answers.chain(declared) {
        let new = NewDraftAnswer { field, revision: 0, answer, evidence: None };
        application::save(app, &order(by.account_id, BIDDER), category, new).await?;
    }
    Ok(())
}

/// The first piece of evidence of some expires soon, or has by the time that anybody looks.
const fn first_expires_in(place: usize) -> i64 {
    match place {
        0 => 33,
        1 => 12,
        LAPSED => 5,
        _ => 200,
    }
}

/// Newer evidence, with a document, that waits for a decision.
async fn renewal(app: &App, by: &Actor, id: EnrolmentId, wanted: String) -> Result<(), Failure> {
    let content = include_bytes!("certificate.pdf").to_vec();
    let sent = document::upload(app, &order(by.account_id, BIDDER), "Certificate 2027.pdf", content).await?;
    let newer = Evidence {
        id: wanted,
        reference: "DEMO-000-2027".to_owned(),
        expires_on: Some(app.clock.now().london_day().plus_days(400)),
        document_id: Some(sent),
    };
    evidence::renew(app, &order(by.account_id, BIDDER), id, newer).await
}

/// A provider that is out of new work: under one cause, suspended by two officers, or with its removal proposed.
async fn stopped(app: &App, officer: AccountId, id: EnrolmentId, place: usize) -> Result<(), Failure> {
    let deciding = Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement]);
    let by = || order(officer, deciding);
    let review_on = app.clock.now().london_day().plus_days(28);
    let evidence = Some(format!("Quality visit QV-{place} (fictitious)"));
    match place {
        34 => {
            let reason = "Missed calls were reported in two weeks running, and the plan to mend it is late.";
            let kind = MeasureKind::Removal;
            let new = NewMeasure { kind, reason: reason.to_owned(), evidence, review_on: None };
            standing::propose(app, &by(), id, new).await
        }
        35 => {
            let reason = "A change of manager: no new work until the new one is registered.";
            standing::stop_new_work(
                app,
                &by(),
                id,
                NewStop { reason: reason.to_owned(), evidence, review_on },
            )
            .await
        }
        _ => {
            let reason = "The service is under review after an inspection; no new work for now.";
            standing::stop_urgently(app, &by(), id, UrgentStop { reason: reason.to_owned(), evidence })
                .await?;
            let found = store::standing::facts(app.database.read(), id, app.clock.now()).await?;
            let Some(measure_id) = found.and_then(|facts| facts.urgent().map(|m| m.id)) else {
                return Ok(());
            };
            let second = somebody(app, "lead.commissioner@staffordshire.example").await?;
            let reason = "The report of the inspection bears it out.".to_owned();
            let said = MeasureDecision { measure_id, confirm: true, reason, review_on: Some(review_on) };
            standing::decide(app, &order(second, deciding), id, said).await
        }
    }
}

/// How far an opportunity of the past has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Closed,
    Priced,
    Recommended,
    Awarded,
}

/// Publishes a fictitious package of a category, open for these minutes.
pub async fn publish(app: &App, category: &category::Model, minutes: i64) -> Result<OpportunityId, Failure> {
    publish_with(app, category, minutes, false).await
}

/// The same, with a ranking round to follow.
async fn publish_with(
    app: &App,
    category: &category::Model,
    minutes: i64,
    ranking_round: bool,
) -> Result<OpportunityId, Failure> {
    let broker = somebody(app, "broker@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Broker]);
    let form = care::package(category, app.clock.now().london_day(), &mut rand::rng());
    let id = package::draft(app, &order(broker, need), form).await?;
    let closes_at = app.clock.now().plus_seconds(minutes * 60);
    let publication = Publication { closes_at, leaks_considered: None, ranking_round };
    package::publish(app, &order(broker, need), id, publication).await
}

/// An opportunity that was published, bid for, and taken as far as this.
async fn past(app: &App, market: usize, until: Until, providers: &[Actor]) -> Result<(), Failure> {
    let db = app.database.read();
    let markets = store::market::all(db).await?;
    let Some(market) = markets.get(market) else { return Ok(()) };
    let categories = store::market::categories(db, [market.id]).await?;
    let Some(category) = categories.choose(&mut rand::rng()) else { return Ok(()) };
    let id = publish(app, category, 240).await?;
    let members = store::enrolment::members(db, category.id).await?;
    // Whose evidence is over by today is in no ranking, so nobody would ask about its price.
    let lapses = providers.get(LAPSED).map(Actor::provider).transpose()?;
    let standing: Vec<_> = members.into_iter().filter(|(id, _)| Some(*id) != lapses).collect();
    let bidders = standing.choose_multiple(&mut rand::rng(), 4);
    for (place, (_, people)) in bidders.into_iter().enumerate() {
        let Some(&person) = people.first() else { continue };
        app.clock.wind(7 * 60_000);
        say(app, person, id, InterestKind::WillBid, None).await?;
        submit(app, person, id).await?;
        // One of those whose prices were just opened has to account for its own.
        if until == Until::Priced && place == 0 {
            submit_low(app, person, id).await?;
        }
    }
    app.clock.wind(4 * 3_600_000);
    opportunity::close_due(app).await?;
    if until >= Until::Priced {
        mark_all(app, id).await?;
    }
    if until >= Until::Recommended {
        recommend_first(app, id, until == Until::Recommended).await?;
    }
    if until >= Until::Awarded {
        approve(app, id).await?;
    }
    app.clock.wind(3_600_000);
    Ok(())
}

/// A ranking round that is open now: advertised a week ago, with its bidders invited that day.
async fn ranked(app: &App) -> Result<(), Failure> {
    const BEFORE: i64 = 7 * 86_400_000;
    let Some(category) = shown_category(app).await? else { return Ok(()) };
    let opens_at = app.clock.now().plus_seconds(-180);
    app.clock.wind(-BEFORE);
    let id = publish_with(app, &category, 60, true).await?;
    let people = some_people(app, category.id, 3).await?;
    for &person in &people {
        say(app, person, id, InterestKind::WillBid, None).await?;
        submit(app, person, id).await?;
    }
    app.clock.wind(3_600_000);
    opportunity::close_due(app).await?;
    mark_all(app, id).await?;
    let (commissioner, _) = officer(app, "lead.commissioner@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Commissioner]);
    // In a week of holidays there may be too little notice: then it stays announced.
    let invited = round::invite(app, &order(commissioner, need), id, NewRound { opens_at }).await;
    app.clock.unwind();
    match invited {
        Ok(()) => {}
        Err(Failure::Refused(_)) => return Ok(()),
        Err(why) => return Err(why),
    }
    round::turn_due(app).await?;
    let Some(&person) = people.first() else { return Ok(()) };
    let account = store::account::actor(app.database.read(), person).await?;
    let Some((actor, _)) = account else { return Ok(()) };
    let shown = round::show(app, &actor, id).await?;
    let lowered = |line: &RoundLine| Some(LineRate { key: line.key.clone(), rate: line.highest? });
    let rates: Vec<_> = shown.lines.iter().filter_map(lowered).collect();
    if !rates.is_empty() {
        round::improve(app, &order(person, BIDDER), id, Improvement { rates }).await?;
    }
    Ok(())
}

/// The category in which the demonstration shows what becomes of an advert.
async fn shown_category(app: &App) -> Result<Option<category::Model>, Failure> {
    let db = app.database.read();
    let market = store::market::by_slug(db, "staffordshire-supported-living").await?;
    let Some(market) = market else { return Ok(None) };
    Ok(store::market::categories(db, [market.id]).await?.into_iter().next())
}

/// The people of some members of a category, one of each.
async fn some_people(app: &App, category: CategoryId, many: usize) -> Result<Vec<AccountId>, Failure> {
    let members = store::enrolment::members(app.database.read(), category).await?;
    let chosen = members.choose_multiple(&mut rand::rng(), many);
    Ok(chosen.filter_map(|(_, people)| people.first().copied()).collect())
}

/// Nobody bid, and they said why: there is something to offer otherwise.
async fn unfilled(app: &App) -> Result<(), Failure> {
    const WHY: [(CannotReason, &str); 4] = [
        (CannotReason::StartTooSoon, "Our next team is trained in six weeks."),
        (CannotReason::StartTooSoon, "We cannot recruit for this before the new year."),
        (
            CannotReason::HoursDoNotFit,
            "Our staff share weekends: two nights in a row are too few for a shift.",
        ),
        (CannotReason::NoStaffInArea, "We have nobody within half an hour."),
    ];
    let Some(category) = shown_category(app).await? else { return Ok(()) };
    let id = publish(app, &category, 240).await?;
    let people = some_people(app, category.id, WHY.len()).await?;
    for (person, (because, reason)) in people.into_iter().zip(WHY) {
        app.clock.wind(9 * 60_000);
        let said = Interest {
            interest: InterestKind::CannotBid,
            reason: Some(reason.to_owned()),
            because: Some(because),
        };
        opportunity::declare_interest(app, &order(person, BIDDER), id, said).await?;
    }
    app.clock.wind(4 * 3_600_000);
    opportunity::close_due(app).await?;
    Ok(())
}

/// For how long what shows questions and corrections stays open, in minutes: three days.
const SHOWN_MINUTES: i64 = 3 * 24 * 60;

/// Two providers ask about an opportunity: one was answered for everybody, one waits.
async fn asked(app: &App) -> Result<(), Failure> {
    let Some(category) = shown_category(app).await? else { return Ok(()) };
    let id = publish(app, &category, SHOWN_MINUTES).await?;
    let people = some_people(app, category.id, 2).await?;
    let words = [
        "We support two people two streets away: may sleep-ins be shared with them?",
        "Is there parking for staff at night?",
    ];
    for (person, question) in people.into_iter().zip(words) {
        let new = NewQuery { question: question.to_owned() };
        query::ask(app, &order(person, BIDDER), id, new).await?;
    }
    let first = store::query::of(app.database.read(), id).await?.into_iter().find(|q| q.asked == words[0]);
    if let Some(first) = first {
        let said = QueryAnswer {
            question: Some("May sleep-ins be shared with other people nearby?".to_owned()),
            answer: "No. The person needs somebody in the flat each night. Whether that can change is looked at after \
                     six months."
                .to_owned(),
            alone_because: None,
            leaks_considered: None,
        };
        let broker = somebody(app, "broker@staffordshire.example").await?;
        query::answer(app, &order(broker, Need::Officer(&[OfficerRole::Broker])), first.id, said).await?;
    }
    Ok(())
}

/// A live advert was corrected after a bid came, which its provider has to confirm.
async fn amended(app: &App) -> Result<(), Failure> {
    let Some(category) = shown_category(app).await? else { return Ok(()) };
    let id = publish(app, &category, SHOWN_MINUTES).await?;
    for person in some_people(app, category.id, 1).await? {
        say(app, person, id, InterestKind::WillBid, None).await?;
        submit(app, person, id).await?;
    }
    let Some(of) = store::opportunity::find(app.database.read(), id).await? else { return Ok(()) };
    let correction = Correction {
        title: of.title,
        needs: of.needs,
        outward_code: of.outward_code,
        age_band: of.age_band,
        quantities: of.quantities.0,
        starts_on: of.starts_on.plus_days(14),
        initial_term_weeks: of.initial_term_weeks,
        closes_at: None,
        reason: "The flat is ready two weeks later than was thought.".to_owned(),
        leaks_considered: None,
    };
    let broker = somebody(app, "broker@staffordshire.example").await?;
    amendment::correct(app, &order(broker, Need::Officer(&[OfficerRole::Broker])), id, correction).await
}

/// A provider's person says something of an opportunity.
pub async fn say(
    app: &App,
    person: AccountId,
    id: OpportunityId,
    interest: InterestKind,
    reason: Option<String>,
) -> Result<(), Failure> {
    let because = reason.as_ref().map(|_| CannotReason::NoStaffInArea);
    let said = Interest { interest, reason, because };
    opportunity::declare_interest(app, &order(person, BIDDER), id, said).await?;
    Ok(())
}

/// A provider's person submits, or revises, a fictitious bid.
pub async fn submit(app: &App, person: AccountId, id: OpportunityId) -> Result<(), Failure> {
    if let Some(of) = store::opportunity::find(app.database.read(), id).await? {
        let mut offer = care::offer(&of, &mut rand::rng());
        // Every other bid has a rota with it, where the market takes one.
        if rand::rng().random_bool(0.5)
            && let Some(criterion) = of.terms.criteria.iter().find(|criterion| criterion.attachments > 0)
        {
            let content = include_bytes!("rota.pdf").to_vec();
            let document_id =
                document::upload(app, &order(person, BIDDER), "Rota for a team of five.pdf", content).await?;
            offer.attachments = vec![Attached { criterion_id: criterion.id.clone(), document_id }];
        }
        bid::submit(app, &order(person, BIDDER), id, offer).await?;
    }
    Ok(())
}

/// The same at rates far below the others'.
async fn submit_low(app: &App, person: AccountId, id: OpportunityId) -> Result<(), Failure> {
    if let Some(of) = store::opportunity::find(app.database.read(), id).await? {
        let offer = care::low_offer(&of, &mut rand::rng());
        bid::submit(app, &order(person, BIDDER), id, offer).await?;
    }
    Ok(())
}

async fn officer(app: &App, email: &str) -> Result<(AccountId, Actor), Failure> {
    let id = somebody(app, email).await?;
    let found = store::account::actor(app.database.read(), id).await?;
    let (actor, _) = found.ok_or_else(|| Failure::Broken(format!("{email} has no role")))?;
    Ok((id, actor))
}

/// Each evaluator declares, marks every answer and finishes; where they differ, the commissioner records the
/// consensus that they come to. Then prices open.
async fn mark_all(app: &App, id: OpportunityId) -> Result<(), Failure> {
    const REASONS: [&str; 3] = [
        "Covers what was asked, with minor concerns: says little about how it is checked.",
        "Clear about who does what and when, with an example; says less about how it is checked.",
        "Clear throughout, with evidence from work like this and a plan that the person leads.",
    ];
    const EVALUATORS: [&str; 2] =
        ["evaluator@staffordshire.example", "second.evaluator@staffordshire.example"];
    let need = Need::Officer(&[OfficerRole::Evaluator]);
    let of = store::opportunity::find(app.database.read(), id).await?;
    let wanted = of.map_or(1, |of| of.terms.evaluators);
    for (_, email) in (0..wanted).zip(EVALUATORS) {
        let (evaluator, actor) = officer(app, email).await?;
        declare_none(app, evaluator, id).await?;
        let evaluation = evaluation::show(app, &actor, id).await?;
        for bid in &evaluation.bids {
            for criterion in &evaluation.criteria {
                let mark = rand::rng().random_range(3..=5_usize);
                let mark = NewMark {
                    blind_id: bid.blind_id,
                    criterion_id: criterion.id.clone(),
                    mark: Mark::from_ten_thousandths(10_000 * mark as i64),
                    reason: REASONS[mark - 3].to_owned(),
                };
                evaluation::give_mark(app, &order(evaluator, need), id, mark).await?;
            }
        }
        evaluation::finish(app, &order(evaluator, need), id).await?;
    }
    let (commissioner, actor) = officer(app, "lead.commissioner@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Commissioner]);
    declare_none(app, commissioner, id).await?;
    let evaluation = evaluation::show(app, &actor, id).await?;
    for bid in &evaluation.bids {
        for criterion_id in &bid.differing {
            let of_answer = bid.marks.iter().filter(|m| m.criterion_id == *criterion_id);
            let Some(highest) = of_answer.map(|m| m.mark).max() else { continue };
            let consensus = NewMark {
                blind_id: bid.blind_id,
                criterion_id: criterion_id.clone(),
                mark: highest,
                reason:
                    "Read again together: the answer names the people and the cover, which one of us had \
                         missed."
                        .to_owned(),
            };
            evaluation::moderate(app, &order(commissioner, need), id, consensus).await?;
        }
    }
    evaluation::open_prices(app, &order(commissioner, need), id).await
}

async fn declare_none(app: &App, officer: AccountId, id: OpportunityId) -> Result<(), Failure> {
    let need = Need::Officer(&[]);
    evaluation::declare(app, &order(officer, need), id, NewDeclaration { interest: None }).await
}

async fn recommend_first(app: &App, id: OpportunityId, waits: bool) -> Result<(), Failure> {
    let need = Need::Officer(&[OfficerRole::Commissioner]);
    let (commissioner, actor) = officer(app, "lead.commissioner@staffordshire.example").await?;
    let ranking = evaluation::ranking(app, &actor, id).await?;
    let ranked = ranking.result.bids.iter().filter(|b| b.rank.is_some()).take(2);
    let shortlist: Vec<_> = ranked.map(|b| b.bid_id).collect();
    let Some(&bid_id) = shortlist.first() else { return Ok(()) };
    // The preference names a provider, as a rule another than the one that is first.
    let first = ranking.result.bids.iter().find(|b| b.bid_id == bid_id).map(|b| b.provider_name.clone());
    let preference = ranking.preference.as_ref().map(|words| match first {
        Some(name) if words.contains(&name) => {
            PreferenceAnswer { answer: PreferenceKept::Followed, reason: None }
        }
        _ => PreferenceAnswer {
            answer: PreferenceKept::NotFollowed,
            reason: Some(
                "The provider that they prefer did not bid, or not as well; they agreed.".to_owned(),
            ),
        },
    });
    let wanted = |reason: &str, urgent: Option<&str>| NewRecommendation {
        bid_id,
        shortlist: shortlist.clone(),
        reason: reason.to_owned(),
        urgent: urgent.map(str::to_owned),
        not_first_reason: None,
        preference: preference.clone(),
    };
    let order = || order(commissioner, need);
    let first = "Ranked first on quality and price together; the start suits the person.";
    if !waits {
        return award::recommend(app, &order(), id, wanted(first, None)).await;
    }
    // What waits has a history: it was declined, and is recommended again because something is new.
    award::recommend(app, &order(), id, wanted(first, None)).await?;
    let approver = somebody(app, "assistant.director@staffordshire.example").await?;
    let reason = "The family has not been asked about the start.".to_owned();
    let decided = self::order(approver, Need::Officer(&[]));
    approval::turn_down(app, &decided, id, TurnedDown::Declined, reason).await?;
    let again = "Ranked first on quality and price together; the family has agreed to the start.";
    let urgent = Some("The person’s present placement ends this month.");
    award::recommend(app, &order(), id, wanted(again, urgent)).await
}

async fn approve(app: &App, id: OpportunityId) -> Result<(), Failure> {
    let approver = somebody(app, "assistant.director@staffordshire.example").await?;
    let reason = "The evaluation is sound and the price is within what was approved.".to_owned();
    let new = NewApproval { reason, public_reason: None };
    award::approve(app, &order(approver, Need::Officer(&[])), id, new).await?;
    Ok(())
}

/// The opportunities of the demonstration's authority that are open now.
pub async fn live(app: &App) -> Result<Vec<opportunity_row::Model>, Failure> {
    let db = app.database.read();
    let authority = store::market::authority_by_slug(db, "staffordshire").await?;
    let Some(authority) = authority else { return Ok(Vec::new()) };
    let whose = store::opportunity::Whose::Authority(authority.id);
    let which = Which::Live(app.clock.now());
    let found = store::opportunity::list(db, whose, which, None, 100).await?;
    let open = store::opportunity::all(db, found.iter().map(|one| one.id)).await?;
    Ok(open.into_values().collect())
}

/// Publishes until as many are open as are wanted, closing one after another.
pub async fn keep_live(app: &App) -> Result<(), Failure> {
    const MINUTES: [i64; LIVE_WANTED] = [4, 7, 11, 16, 25, 40];
    // What stays open for days beside them is for showing, and closes too late to be watched.
    let soon = app.clock.now().plus_seconds(3_600);
    let open = live(app).await?.iter().filter(|of| of.closes_at <= soon).count();
    for minutes in MINUTES.iter().skip(open) {
        publish_any(app, *minutes).await?;
    }
    Ok(())
}

/// Publishes a fictitious package of any category.
pub async fn publish_any(app: &App, minutes: i64) -> Result<(), Failure> {
    let db = app.database.read();
    let markets = store::market::all(db).await?;
    let Some(market) = markets.choose(&mut rand::rng()) else { return Ok(()) };
    let categories = store::market::categories(db, [market.id]).await?;
    let Some(category) = categories.choose(&mut rand::rng()) else { return Ok(()) };
    publish(app, category, minutes).await?;
    Ok(())
}

/// A member of an opportunity's category who may bid.
pub async fn some_member(
    app: &App,
    of: &opportunity_row::Model,
) -> Result<Option<(ProviderId, AccountId)>, Failure> {
    let members = store::enrolment::members(app.database.read(), of.category_id).await?;
    let chosen = members.choose(&mut rand::rng());
    Ok(chosen.and_then(|(provider, people)| Some((*provider, *people.first()?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demonstration_adds_to_a_definition_says_that_it_is_illustrative() {
        let added = DEFINITIONS.map(|text| {
            let (published, staged) = (read(text).unwrap().market, read(&staged(text)).unwrap().market);
            assert_eq!(published.terms.standstill_working_days, None);
            let said = &staged.terms.illustrative[..];
            assert!(said.ends_with(&published.terms.illustrative));
            (staged.terms.standstill_working_days, said.len() - published.terms.illustrative.len())
        });
        assert_eq!(added, [(None, 2), (Some(8), 2)]);
    }
}
