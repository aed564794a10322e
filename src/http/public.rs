//! Pages for everybody: signed out, made by the server, and readable without JavaScript. They say what the disclosure
//! rules make public, and nothing else.

use super::{failure::Problem, record::file, request::*};
use crate::{
    actions::{Failure, market, membership, public},
    app::App,
    domain::{
        disclosure::{
            market::{Category, Market},
            membership::{CategoryMembers, Membership},
            public::{PublicContract, route_words},
        },
        market::MarketStage,
        pricing::pounds,
        refusal::{Code, Kind, Refusal},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::{self, Data, ServiceConfig},
};
use entity::vocabulary::*;
use minijinja::{AutoEscape, Environment, Value, context, value::Serde};
use std::sync::LazyLock;

/// Everybody may keep it for so many seconds: it is the same for all.
const KEPT_SECONDS: u32 = 60;

/// Where everybody begins.
const HOME: &str = "/public";

const PAGES: [(&str, &str); 4] = [
    (HOME, "Markets"),
    ("/public/contracts", "Contracts"),
    ("/public/decisions", "Decisions"),
    ("/public/figures", "Figures"),
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in [
        ("layout", include_str!("public/layout.html")),
        ("home", include_str!("public/home.html")),
        ("market", include_str!("public/market.html")),
        ("contracts", include_str!("public/contracts.html")),
        ("decisions", include_str!("public/decisions.html")),
        ("decision", include_str!("public/decision.html")),
        ("figures", include_str!("public/figures.html")),
        ("missing", include_str!("public/missing.html")),
    ] {
        if let Err(why) = templates.add_template(name, text) {
            tracing::error!(failure = %why, "a template cannot be read");
        }
    }
    templates
});

/// The pages. They are not of the API, so they are not in its table.
pub fn register(config: &mut ServiceConfig) {
    config
        .route("/public", web::get().to(home))
        .route("/public/style.css", web::get().to(style))
        .route("/public/markets/{id}", web::get().to(a_market))
        .route("/public/contracts", web::get().to(contracts))
        .route("/public/decisions", web::get().to(decisions))
        .route("/public/decisions/{id}", web::get().to(decision))
        .route("/public/figures", web::get().to(figures))
        .route("/public/{any:.*}", web::get().to(nothing));
}

/// The register as open data.
pub async fn csv(app: &App, _: Open) -> Result<Shown<Download>, Failure> {
    let text = public::csv(app).await?;
    let shown =
        file("contracts.csv".to_owned(), "text/csv; charset=utf-8; header=present", text.into_bytes());
    Ok(shown.kept_by_all(KEPT_SECONDS))
}

/// A page: its title, its template and what the template is filled with.
type Page = (String, &'static str, Value);

fn render(request: &HttpRequest, (title, template, facts): Page) -> Result<String, Failure> {
    let broken = |why: minijinja::Error| Failure::Broken(format!("{why:#}"));
    // A page of one council wears its name and its colour, which was read with its definition: a dark one, as digits.
    let worn = facts.get_attr("worn").map_err(broken)?;
    let content = TEMPLATES.get_template(template).and_then(|page| page.render(facts)).map_err(broken)?;
    let links: Vec<_> = PAGES
        .into_iter()
        .map(|(href, words)| context! { href, words, here => request.path() == href })
        .collect();
    let whole = TEMPLATES.get_template("layout");
    whole.and_then(|layout| layout.render(context! { title, content, links, worn })).map_err(broken)
}

/// What is not there is said on a page like the others.
fn page(request: &HttpRequest, made: Result<Page, Failure>) -> Result<HttpResponse, Problem> {
    let (status, made) = match made {
        Ok(made) => (StatusCode::OK, made),
        Err(Failure::Refused(why)) if why.code.kind() == Kind::NotFound => {
            (StatusCode::NOT_FOUND, ("Page not found".to_owned(), "missing", context! {}))
        }
        Err(why) => return Err(why.into()),
    };
    let text = render(request, made)?;
    Ok(HttpResponseBuilder::new(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={KEPT_SECONDS}")))
        .body(text))
}

/// One field of the address.
fn asked(request: &HttpRequest, name: &str) -> String {
    let mut fields = form_urlencoded::parse(request.query_string().as_bytes());
    fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// After which contract to go on; from the newest where the address says nothing that can be read.
fn after(request: &HttpRequest) -> Option<ContractId> {
    asked(request, "after").parse().ok()
}

fn id<T: std::str::FromStr>(request: &HttpRequest) -> Result<T, Refusal> {
    request.match_info().query("id").parse().map_err(|_| Refusal::not_found("page"))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(include_str!("public/style.css"))
}

async fn nothing(request: HttpRequest) -> Result<HttpResponse, Problem> {
    page(&request, Err(Refusal::not_found("page").into()))
}

const fn stage_words(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::NotOpen => "Not open yet",
        MarketStage::Open => "Open to join",
        MarketStage::Ended => "Ended",
    }
}

async fn home(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let made = market::list(&app).await.map(|markets| {
        let markets: Vec<_> = markets
            .iter()
            .map(|market| {
                let id = market.id.to_string();
                context! { id, name => market.name.clone(), authority => market.authority_name.clone(), stage => stage_words(market.stage) }
            })
            .collect();
        ("Care bought in the open".to_owned(), "home", context! { markets })
    });
    page(&request, made)
}

async fn a_market(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let made = async {
        let id = id(&request)?;
        let of = market::show(&app, id).await?;
        let membership = membership::show(&app, id).await?;
        let worn = context! { name => of.authority_name.clone(), colour => of.authority_colour.clone() };
        Ok((of.name.clone(), "market", context! { market => market_facts(&of, &membership), worn }))
    };
    page(&request, made.await)
}

/// A day in words, without its weekday.
fn plain(day: Day) -> String {
    day.0.strftime("%-d %B %Y").to_string()
}

fn working_days(days: u32) -> String {
    if days == 1 { "1 working day".to_owned() } else { format!("{days} working days") }
}

/// What was decided on the same day took no longer than one working day.
fn at_most(days: u32) -> String {
    working_days(days.max(1))
}

fn market_facts(of: &Market, members: &Membership) -> Value {
    let mut rows =
        vec![("State", stage_words(of.stage).to_owned()), ("How much is bought", of.volumes.clone())];
    rows.push(("Awards from", plain(of.awards_from)));
    if let Some(ends_on) = of.ends_on {
        rows.push(("Ends on", plain(ends_on)));
    }
    let time = if of.bidding_window_hours_min == 1 { "hour" } else { "hours" };
    if of.bidding_window_hours_min > 0 {
        rows.push(("Shortest time to bid", format!("{} {time}", of.bidding_window_hours_min)));
    }
    if let Some(cap) = of.spend_cap_yearly {
        // Nobody reads the pence of millions.
        rows.push((
            "The most that may be spent in a year",
            pounds(cap.decimal()).trim_end_matches(".00").to_owned(),
        ));
    }
    if let Some(times) = members.times {
        let words = format!(
            "Half of the requests took no longer than {}, nine in ten no longer than {}",
            at_most(times.median_working_days),
            at_most(times.ninetieth_working_days)
        );
        rows.push(("How long it took to decide who may join", words));
    }
    rows.extend(of.questions_to.clone().map(|whom| ("Questions go to", whom)));
    let rows: Vec<_> = rows.into_iter().map(|(label, words)| vec![label.to_owned(), words]).collect();
    let joining = match of.stage {
        MarketStage::Ended => "This market has ended: nobody can join it.".to_owned(),
        MarketStage::NotOpen => format!("Joining opens on {}.", plain(of.joining_opens_on)),
        MarketStage::Open => format!(
            "A care provider can ask to join at any time. The council decides within {}, or within {} where it writes \
             down why it needs longer.",
            working_days(of.decide_within_working_days),
            working_days(of.decide_within_working_days_extended)
        ),
    };
    let decisions = of.decisions.iter().filter(|one| one.public);
    let decisions = decisions.map(|one| format!("{}, {}: {}", one.body, plain(one.taken_on), one.title));
    let wanted =
        |list: &[entity::market::Wanted]| list.iter().map(|one| one.words.clone()).collect::<Vec<_>>();
    let categories = of.categories.iter().map(|category| {
        let counted = members.categories.iter().find(|of| of.id == category.id);
        category_facts(category, counted)
    });
    context! {
        id => of.id.to_string(), name => of.name.clone(), authority => of.authority_name.clone(), summary => of.summary.clone(), rows, joining,
        open => of.stage == MarketStage::Open,
        declarations => wanted(&of.declarations), evidence => wanted(&of.evidence),
        categories => categories.collect::<Vec<_>>(), decisions => decisions.collect::<Vec<_>>(),
        illustrative => of.illustrative.clone(),
    }
}

fn category_facts(of: &Category, members: Option<&CategoryMembers>) -> Value {
    let terms = &of.terms;
    let gate = terms.quality_gate.map(|gate| {
        let share = (gate.decimal() * rust_decimal::Decimal::ONE_HUNDRED).normalize();
        format!("A bid needs {share} % of the quality marks to be chosen.")
    });
    let criteria: Vec<_> =
        terms.criteria.iter().map(|one| vec![one.name.clone(), one.weight.to_string()]).collect();
    let rates = terms.lines.iter().filter_map(|line| {
        let money = |amount: Money| pounds(amount.decimal());
        let words = match (line.fixed, line.reference_low, line.reference_high) {
            (Some(fixed), ..) => money(fixed),
            (None, Some(low), Some(high)) if low == high => money(low),
            (None, Some(low), Some(high)) => format!("{} to {}", money(low), money(high)),
            (None, ..) => return None,
        };
        Some(vec![line.label.clone(), words])
    });
    let many = members.map_or(0, |members| members.count);
    let words = if many == 1 {
        "1 provider is a member.".to_owned()
    } else {
        format!("{many} providers are members.")
    };
    context! {
        name => of.name.clone(), needs => terms.needs.clone(), gate, criteria, rates => rates.collect::<Vec<_>>(),
        quality_weight => terms.quality_weight.to_string(), price_weight => terms.price_weight.to_string(),
        members => words, names => members.map(|members| members.names.clone()).unwrap_or_default(),
    }
}

/// A month in words, of one such as `2027-01`.
fn month(of: &str) -> String {
    let day: Option<Day> = format!("{of}-01").parse().ok();
    day.map_or_else(|| of.to_owned(), |day| day.0.strftime("%B %Y").to_string())
}

fn contract_facts(of: &PublicContract) -> Value {
    context! {
        reference => of.reference.clone(), authority => of.authority_name.clone(), market => of.market_name.clone(), category => of.category_name.clone(),
        provider => of.provider_name.clone(), starts => month(&of.starts), ends => month(&of.ends),
        cost => pounds(of.yearly_value.decimal()), route => route_words(of.route),
    }
}

/// The address of the next part of a list.
fn next(path: &str, words: &str, after: Option<ContractId>) -> Option<String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !words.is_empty() {
        query.append_pair("q", words);
    }
    query.append_pair("after", &after?.to_string());
    Some(format!("{path}?{}", query.finish()))
}

async fn contracts(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let q = asked(&request, "q").trim().to_owned();
    let made = match public::contracts(&app, &q, after(&request)).await {
        Ok(part) => {
            let rows: Vec<_> = part.items.iter().map(contract_facts).collect();
            Ok(
                context! { q => q.clone(), rows, next => next("/public/contracts", &q, part.next), trouble => None::<String> },
            )
        }
        // What cannot be searched for is said beside the box.
        Err(Failure::Refused(why)) if why.code == Code::InvalidField => {
            let rows: Vec<Value> = Vec::new();
            Ok(context! { q => "", rows, next => None::<String>, trouble => why.detail })
        }
        Err(why) => Err(why),
    };
    page(&request, made.map(|facts| ("The register of contracts".to_owned(), "contracts", facts)))
}

async fn decisions(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let made = public::decisions(&app, after(&request)).await.map(|part| {
        let rows: Vec<_> = part
            .items
            .iter()
            .map(|one| {
                let of = &one.contract;
                context! {
                    id => one.award_id.to_string(), reference => of.reference.clone(), authority => of.authority_name.clone(),
                    market => of.market_name.clone(), provider => of.provider_name.clone(), decided => plain(one.decided_on),
                    cost => pounds(of.yearly_value.decimal()),
                }
            })
            .collect();
        let facts = context! { rows, next => next("/public/decisions", "", part.next) };
        ("Decisions".to_owned(), "decisions", facts)
    });
    page(&request, made)
}

async fn decision(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let made = async {
        let paper = public::decision(&app, id(&request)?).await?;
        Ok((paper.title.clone(), "decision", context! { paper => Value::from(Serde(paper)) }))
    };
    page(&request, made.await)
}

async fn figures(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let made = public::outcomes(&app).await.map(|all| {
        let all: Vec<_> = all
            .iter()
            .map(|of| {
                let lowest = match &of.lowest_share {
                    Some(share) => {
                        format!("{share} % of {} awards by bids in the last 12 months", of.by_bids)
                    }
                    None => {
                        "Not said: there were fewer than 5 awards by bids in the last 12 months".to_owned()
                    }
                };
                let joining = of.joining.iter().map(|one| {
                    let said = |days: Option<u32>| days.map_or_else(|| "Not said".to_owned(), at_most);
                    context! {
                        market => one.market_name.clone(), decided => one.decided,
                        median => said(one.times.map(|times| times.median_working_days)),
                        ninetieth => said(one.times.map(|times| times.ninetieth_working_days)),
                    }
                });
                context! {
                    authority => of.authority_name.clone(), contracts => of.contracts, urgent => of.urgent, lowest,
                    joining => joining.collect::<Vec<_>>(),
                }
            })
            .collect();
        ("Figures".to_owned(), "figures", context! { all })
    });
    page(&request, made)
}
