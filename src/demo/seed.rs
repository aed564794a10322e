//! Planting the demonstration's data, by the same acts that people use.

use super::care;
use crate::{
    actions::{
        Failure, Order,
        account::{self, NewPerson, NewProvider},
        award::{self, NewRecommendation},
        bid, enrolment,
        enrolment::Application,
        evaluation::{self, NewDeclaration, NewMark},
        market, opportunity,
        opportunity::Interest,
        package::{self, Publication},
    },
    app::App,
    domain::{
        actor::{Actor, Need},
        market::read,
    },
    store::{self, opportunity::Which},
};
use entity::{category, enrolment::Evidence, opportunity as opportunity_row, vocabulary::*};
use rand::{Rng, seq::IndexedRandom};

const DEFINITIONS: [&str; 2] = [
    include_str!("../../markets/staffordshire-supported-living.toml"),
    include_str!("../../markets/staffordshire-day-opportunities.toml"),
];

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
const OFFICERS: [(&str, &str, &[OfficerRole]); 8] = [
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
        // Opportunities of the demonstration close within minutes.
        let text = text.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 0");
        let definition = read(&text)
            .map_err(|mistakes| Failure::Broken(mistakes.iter().map(|m| format!("{m}\n")).collect()))?;
        market::import(app, &definition).await?;
    }
    let authority = store::market::authority_by_slug(app.database.read(), "staffordshire").await?;
    let authority = authority.ok_or_else(|| Failure::Broken("no authority".to_owned()))?;
    for (name, email, roles) in OFFICERS {
        account::open_officer(app, authority.id, name, email, None, roles).await?;
    }
    let providers = providers(app).await?;
    enrolments(app, &providers).await?;
    app.clock.wind(86_400_000);
    for stage in [Until::Awarded, Until::Awarded, Until::Recommended, Until::Priced, Until::Closed] {
        for market in 0..2 {
            past(app, market, stage).await?;
        }
    }
    app.clock.unwind();
    Ok(())
}

async fn providers(app: &App) -> Result<Vec<Actor>, Failure> {
    let mut rng = rand::rng();
    let mut actors = Vec::new();
    for (name, place) in care::PROVIDERS.iter().zip(care::PLACES.iter().cycle()) {
        let new = NewProvider {
            name: format!("{name} Example Care"),
            companies_house_number: Some(format!("0{:07}", rng.random_range(0..10_000_000))),
            cqc_provider_id: Some(format!("1-{}", rng.random_range(100_000_000..1_000_000_000_u32))),
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
        for market in store::market::all(db).await? {
            let categories = store::market::categories(db, [market.id]).await?;
            for category in
                categories.iter().skip(place % 2).chain(categories.first().filter(|_| place % 2 == 1))
            {
                let evidence = market.terms.evidence.iter().map(|wanted| Evidence {
                    document_id: None,
                    id: wanted.id.clone(),
                    reference: format!("DEMO-{place:03}-{}", wanted.id),
                    expires_on: Some(app.clock.now().london_day().plus_days(200)),
                });
                let application = Application {
                    category_id: category.id,
                    declarations: market.terms.declarations.iter().map(|d| d.id.clone()).collect(),
                    evidence: evidence.collect(),
                    answers: Vec::new(),
                };
                let apply = order(provider.account_id, ADMINISTRATOR);
                let id = enrolment::apply(app, &apply, market.id, application).await?;
                match place {
                    36 => {}
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
                        let reasons = "All conditions of entry are met.";
                        enrolment::admit(app, &by(), id, reasons.to_owned()).await?;
                        if place == 39 {
                            let reasons =
                                "The service is under review after an inspection; no new work for now.";
                            enrolment::suspend(app, &by(), id, reasons.to_owned()).await?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
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
    let broker = somebody(app, "broker@staffordshire.example").await?;
    let need = Need::Officer(&[OfficerRole::Broker]);
    let form = care::package(category, app.clock.now().london_day(), &mut rand::rng());
    let id = package::draft(app, &order(broker, need), form).await?;
    let closes_at = app.clock.now().plus_seconds(minutes * 60);
    let publication = Publication { closes_at, leaks_considered: None };
    package::publish(app, &order(broker, need), id, publication).await
}

/// An opportunity that was published, bid for, and taken as far as this.
async fn past(app: &App, market: usize, until: Until) -> Result<(), Failure> {
    let db = app.database.read();
    let markets = store::market::all(db).await?;
    let Some(market) = markets.get(market) else { return Ok(()) };
    let categories = store::market::categories(db, [market.id]).await?;
    let Some(category) = categories.choose(&mut rand::rng()) else { return Ok(()) };
    let id = publish(app, category, 240).await?;
    let members = store::enrolment::members(db, category.id).await?;
    let bidders: Vec<_> = members.choose_multiple(&mut rand::rng(), 4).cloned().collect();
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
        recommend_first(app, id).await?;
    }
    if until >= Until::Awarded {
        approve(app, id).await?;
    }
    app.clock.wind(3_600_000);
    Ok(())
}

/// A provider's person says something of an opportunity.
pub async fn say(
    app: &App,
    person: AccountId,
    id: OpportunityId,
    interest: InterestKind,
    reason: Option<String>,
) -> Result<(), Failure> {
    let said = Interest { interest, reason };
    opportunity::declare_interest(app, &order(person, BIDDER), id, said).await?;
    Ok(())
}

/// A provider's person submits, or revises, a fictitious bid.
pub async fn submit(app: &App, person: AccountId, id: OpportunityId) -> Result<(), Failure> {
    if let Some(of) = store::opportunity::find(app.database.read(), id).await? {
        let offer = care::offer(&of, &mut rand::rng());
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

async fn recommend_first(app: &App, id: OpportunityId) -> Result<(), Failure> {
    let need = Need::Officer(&[OfficerRole::Commissioner]);
    let (commissioner, actor) = officer(app, "lead.commissioner@staffordshire.example").await?;
    let ranking = evaluation::ranking(app, &actor, id).await?;
    let ranked = ranking.result.bids.iter().filter(|b| b.rank.is_some()).take(2);
    let shortlist: Vec<_> = ranked.map(|b| b.bid_id).collect();
    let Some(&bid_id) = shortlist.first() else { return Ok(()) };
    let reason = "Ranked first on quality and price together; the start suits the person.".to_owned();
    let wanted = NewRecommendation { bid_id, shortlist, reason };
    award::recommend(app, &order(commissioner, need), id, wanted).await
}

async fn approve(app: &App, id: OpportunityId) -> Result<(), Failure> {
    let approver = somebody(app, "assistant.director@staffordshire.example").await?;
    let reason = "The evaluation is sound and the price is within what was approved.".to_owned();
    award::approve(app, &order(approver, Need::Officer(&[])), id, reason).await?;
    Ok(())
}

/// The opportunities of the demonstration's authority that are open now.
pub async fn live(app: &App) -> Result<Vec<opportunity_row::Model>, Failure> {
    let db = app.database.read();
    let authority = store::market::authority_by_slug(db, "staffordshire").await?;
    let Some(authority) = authority else { return Ok(Vec::new()) };
    let whose = store::opportunity::Whose::Authority(authority.id);
    let which = Which::Live(app.clock.now());
    Ok(store::opportunity::list(db, whose, which, None, 100).await?)
}

/// Publishes until as many are open as are wanted, closing one after another.
pub async fn keep_live(app: &App) -> Result<(), Failure> {
    const MINUTES: [i64; LIVE_WANTED] = [4, 7, 11, 16, 25, 40];
    let open = live(app).await?.len();
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
