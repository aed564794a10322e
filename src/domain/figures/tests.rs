use super::*;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn pounds(text: &str) -> Money {
    text.parse().expect("a sum")
}

fn period() -> Period {
    Period { since: day("2026-11-15"), until: day("2027-01-20") }
}

/// Published at nine on 1 December 2026 and closed four hours later, with so many bids, the first after so many minutes.
fn sought(stage: Stage, bids: u32, first: Option<i64>) -> Sought {
    let published_at = at("2026-12-01T09:00:00Z");
    Sought {
        stage,
        published_at,
        closes_at: published_at.plus_seconds(4 * 3600),
        first_bid_at: first.map(|minutes| published_at.plus_seconds(minutes * 60)),
        awarded_at: None,
        bids,
        cannot: Vec::new(),
    }
}

fn bought(provider: &str, yearly: &str, from: &str, to: &str) -> Bought {
    Bought {
        provider: provider.to_owned(),
        route: AwardRoute::Competed,
        awarded_at: at("2026-12-02T09:00:00Z"),
        starts_on: day(from),
        ends_on: day(to),
        yearly_value: pounds(yearly),
    }
}

fn won(category: &str, price: &str, prices: &[&str], quality: Option<&str>) -> Won {
    Won {
        category: category.to_owned(),
        weekly_price: pounds(price),
        prices: prices.iter().map(|price| pounds(price)).collect(),
        quality: quality.map(|share| share.parse().expect("a share")),
    }
}

fn of<'a>(kind: FigureKind, change: impl FnOnce(&mut Facts<'a>)) -> Figure {
    let mut facts = Facts {
        period: period(),
        now: at("2026-12-10T09:00:00Z"),
        sought: &[],
        won: &[],
        bought: &[],
        allowed: &[],
        payments: 0,
        standings: &[],
        clocks: &[],
    };
    change(&mut facts);
    figure(kind, &facts)
}

/// As text, a row a line; a dash where there is nothing.
fn text(figure: &Figure) -> Vec<String> {
    let row = |row: &Vec<Option<String>>| {
        row.iter().map(|cell| cell.clone().unwrap_or("–".to_owned())).collect::<Vec<_>>().join(" | ")
    };
    figure.rows.iter().map(row).collect()
}

#[test]
fn times_are_of_an_advert_that_was_there() {
    // Nine bids came after 10, 20, … 90 minutes: half within 50, nine in ten within 90. Ten: within 50 and 90.
    let mut all: Vec<_> = (1..=9).map(|n| sought(Stage::Unfilled, 1, Some(n * 10))).collect();
    all.push(sought(Stage::Unfilled, 0, None));
    all[0].stage = Stage::Awarded;
    all[0].awarded_at = Some(all[0].published_at.plus_seconds(2 * 86_400));
    let figure = of(FigureKind::Times, |facts| facts.sought = &all);
    assert_eq!(text(&figure), ["First bid | 9 | 50 | 90", "Award | 1 | 2880 | 2880"]);
    assert_eq!(text(&of(FigureKind::Times, |_| ())), ["First bid | 0 | – | –", "Award | 0 | – | –"]);
}

#[test]
fn nothing_of_an_advert_counts_before_its_bidding_has_closed() {
    let mut open = sought(Stage::Open, 3, Some(5));
    open.cannot.push("No staff".to_owned());
    let closes = open.closes_at;
    let withdrawn = sought(Stage::Withdrawn, 2, Some(5));
    let all = [open, withdrawn];
    for (now, counted) in [(closes.plus_milliseconds(-1), false), (closes, true)] {
        let read = |kind| text(&of(kind, |facts| (facts.sought, facts.now) = (&all, now)));
        let n = usize::from(counted);
        assert!(read(FigureKind::BidsEach)[3].starts_with(&format!("3 | {n}")));
        assert!(read(FigureKind::BidsEach)[2].starts_with("2 | 0"), "a withdrawn advert never closed");
        assert!(read(FigureKind::Times)[0].starts_with(&format!("First bid | {n} ")));
        assert_eq!(read(FigureKind::CannotBid).len(), n);
    }
}

#[test]
fn reasons_are_put_together_and_those_where_nobody_bid_come_first() {
    let with = |stage, reasons: &[&str]| Sought {
        cannot: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        ..sought(stage, 0, None)
    };
    let all = [
        with(Stage::Marking, &["Too far away", "no staff."]),
        with(Stage::Unfilled, &["No staff", "NO STAFF ", "Nights"]),
        with(Stage::Marking, &["Too far away"]),
    ];
    let figure = of(FigureKind::CannotBid, |facts| facts.sought = &all);
    assert_eq!(text(&figure), ["no staff | 3 | 2", "Nights | 1 | 1", "Too far away | 2 | 0"]);
}

#[test]
fn bids_are_counted_by_advert_with_many_of_them_in_one_row() {
    let all: Vec<_> = [0, 1, 1, 2, 6, 9].map(|bids| sought(Stage::Marking, bids, None)).into();
    let figure = of(FigureKind::BidsEach, |facts| facts.sought = &all);
    assert_eq!(
        text(&figure),
        [
            "0 | 1 | 16.7",
            "1 | 2 | 33.3",
            "2 | 1 | 16.7",
            "3 | 0 | 0.0",
            "4 | 0 | 0.0",
            "5 | 0 | 0.0",
            "6 or more | 2 | 33.3"
        ]
    );
}

#[test]
fn the_lowest_price_is_the_lowest_of_those_that_could_be_chosen() {
    let all = [
        won("A", "1022.00", &["1022.00", "1053.50"], Some("0.64")),
        won("A", "1125.25", &["1022.00", "1125.25"], Some("0.88")),
        // Two at the same lowest price: the lowest won.
        won("B", "900.00", &["900.00", "900.00"], Some("0.805")),
        // No record was kept.
        won("B", "800.00", &[], None),
    ];
    let figure = of(FigureKind::LowestPrice, |facts| facts.won = &all);
    assert_eq!(text(&figure), ["A | 2 | 1 | 50.0", "B | 1 | 1 | 100.0", "All | 3 | 2 | 66.7"]);
    let figure = of(FigureKind::WinnersQuality, |facts| facts.won = &all);
    assert_eq!(text(&figure), ["A | 2 | 64.0 | 64.0", "B | 1 | 80.5 | 80.5", "All | 3 | 80.5 | 64.0"]);
}

#[test]
fn the_cost_of_a_month_is_that_of_the_contracts_that_run_on_its_last_day() {
    let all = [
        bought("Acorn", "52000.00", "2026-11-30", "2026-12-30"),
        bought("Birch", "10000.00", "2026-12-31", "2027-06-30"),
        bought("Cedar", "7000.00", "2027-01-21", "2027-06-30"),
    ];
    let allowed = [
        Allowed {
            begins_on: day("2026-04-01"),
            ends_on: Some(day("2026-12-31")),
            yearly: pounds("100000.00"),
        },
        Allowed { begins_on: day("2026-12-01"), ends_on: None, yearly: pounds("60000.00") },
    ];
    let figure = of(FigureKind::Spend, |facts| (facts.bought, facts.allowed) = (&all, &allowed));
    assert_eq!(
        text(&figure),
        [
            "2026-11 | 1 | 52000.00 | 100000.00 | 52",
            "2026-12 | 1 | 10000.00 | 160000.00 | 6",
            "2027-01 | 1 | 10000.00 | 60000.00 | 16",
        ]
    );
    let figure = of(FigureKind::Spend, |facts| facts.bought = &all);
    assert_eq!(text(&figure)[0], "2026-11 | 1 | 52000.00 | – | –");
}

#[test]
fn concentration_adds_up_the_squares_of_the_shares() {
    // 50, 30 and 20 per cent: 2,500 + 900 + 400.
    let values = ["50000.00", "30000.00", "20000.00"].map(pounds);
    assert_eq!(herfindahl(&values), Some(3_800));
    assert_eq!(herfindahl(&[pounds("1.00")]), Some(10_000));
    // Three thirds: 3,333.3.
    assert_eq!(herfindahl(&[pounds("1.00"); 3]), Some(3_333));
    assert_eq!(herfindahl(&[]), None);
    // The largest that there can be.
    assert_eq!(herfindahl(&[Money::from_ten_thousandths(i64::MAX); 4]), Some(2_500));
    let all = [
        bought("Birch", "20000.00", "2027-01-01", "2027-06-30"),
        bought("Acorn", "30000.00", "2027-01-01", "2027-06-30"),
        bought("Birch", "30000.00", "2027-01-01", "2027-06-30"),
        bought("Cedar", "20000.00", "2027-01-01", "2027-06-30"),
        bought("Over", "90000.00", "2026-01-01", "2027-01-19"),
    ];
    let figure = of(FigureKind::Concentration, |facts| facts.bought = &all);
    assert_eq!(
        text(&figure),
        ["Birch | 2 | 50000.00 | 50.0", "Acorn | 1 | 30000.00 | 30.0", "Cedar | 1 | 20000.00 | 20.0"]
    );
    assert_eq!(figure.says[0], "The largest provider has 50.0% of the spending.");
    assert_eq!(figure.says[1], "The first 3 have 100.0% of the spending.");
    assert!(
        figure.says[2].contains("is 3800,") && figure.says[2].contains("highly concentrated"),
        "{:?}",
        figure.says
    );
}

#[test]
fn a_period_is_a_year_unless_it_is_asked_for_and_five_years_at_most() {
    let today = day("2026-12-07");
    let year = Period::of(None, None, today).expect("a period");
    assert_eq!((year.since, year.until), (day("2025-12-08"), today));
    let refused = |since: &str, until: &str| Period::of(Some(day(since)), Some(day(until)), today).is_err();
    assert!(refused("2026-12-08", "2026-12-07"));
    assert!(!refused("2026-12-07", "2026-12-07"));
    assert!(!refused("2021-12-07", "2026-12-07"));
    assert!(refused("2021-12-06", "2026-12-07"));
    // In London: the first instant of a day in summer is an hour before midnight, UTC.
    let summer = Period { since: day("2026-07-01"), until: day("2026-07-01") };
    assert_eq!((summer.begins(), summer.ends()), (at("2026-06-30T23:00:00Z"), at("2026-07-01T23:00:00Z")));
}

#[test]
fn a_file_says_what_the_table_says() {
    let all = [bought("=Acorn, Ltd", "30000.00", "2027-01-01", "2027-06-30")];
    let figure = of(FigureKind::Concentration, |facts| facts.bought = &all);
    assert_eq!(
        figure.csv(),
        "Provider,Contracts running,Cost a year (£),Share (%)\r\n\"'=Acorn, Ltd\",1,30000.00,100.0\r\n"
    );
}
