create temp table provided as
    select e.provider_id, min(p.account_id) as account_id, row_number() over (order by e.provider_id) as place
    from enrolment e join person p on p.provider_id = e.provider_id
    where e.category_id = (select category_id from opportunity where id = ?1)
    group by e.provider_id;

create temp table finished as
    with recursive n (i) as (values (0) union all select i + 1 from n where i + 1 < ?2)
    select o.*, i, o.published_at - (?2 - i) * 60000 as at from opportunity o, n where o.id = ?1;

insert into package (id, authority_id, category_id, person_reference, title, needs, outward_code, age_band, quantities,
        starts_on, initial_term_weeks, preference, drafted_by, drafted_at, revision)
    select unhex(printf('%012x%020x', f.at, 1)), p.authority_id, p.category_id, p.person_reference, p.title, p.needs,
        p.outward_code, p.age_band, p.quantities, p.starts_on, p.initial_term_weeks, p.preference, p.drafted_by, f.at,
        p.revision
    from finished f join package p on p.id = f.package_id;

insert into opportunity (id, package_id, authority_id, market_id, category_id, number, reference, title, needs,
        outward_code, age_band, quantities, starts_on, initial_term_weeks, terms, lot_seed, published_by, published_at,
        closes_at, closed_at, bids, not_awarded_at)
    select unhex(printf('%012x%020x', at, 2)), unhex(printf('%012x%020x', at, 1)), authority_id, market_id, category_id,
        1000000 + i, 'OLD-' || i, title, needs, outward_code, age_band, quantities, starts_on, initial_term_weeks,
        terms, lot_seed, published_by, at, at + 30000, at + 30000, (select count(*) from provided), at + 40000
    from finished;

insert into bid (id, opportunity_id, provider_id, version, offer, weekly_price, digest, received_at, submitted_by)
    select unhex(printf('%012x%020x', f.at, 16 + p.place)), unhex(printf('%012x%020x', f.at, 2)), p.provider_id, 1, ?3,
        5000000 + p.place, lower(hex(randomblob(32))), f.at + p.place, p.account_id
    from finished f, provided p;

insert into event (id, subject_kind, subject_id, number, kind, at, account_id, authority_id, body)
    select unhex(printf('%012x%020x', f.at, 3)), 'opportunity', unhex(printf('%012x%020x', f.at, 2)), 1, e.kind, f.at,
        e.account_id, e.authority_id, e.body
    from finished f join event e on e.subject_kind = 'opportunity' and e.subject_id = f.id and e.number = 1;

insert into event (id, subject_kind, subject_id, number, kind, at, account_id, provider_id, body)
    select unhex(printf('%012x%020x', f.at, 1000 + p.place)), 'opportunity', unhex(printf('%012x%020x', f.at, 2)),
        1 + p.place, 'bid_submitted', f.at + p.place, p.account_id, p.provider_id,
        json_object('kind', 'bid_submitted', 'bid_id', '01a20775-1917-77c7-96a3-5a4c38370efe', 'version', 1, 'digest',
            lower(hex(randomblob(32))), 'offer', json(?3))
    from finished f, provided p;

insert into repeat (account_id, key, request_digest, answer, at)
    select p.account_id, 'old-' || f.i, lower(hex(randomblob(32))), '{}', f.at + p.place
    from finished f, provided p;

insert into subject (kind, id, event_number)
    select 'opportunity', unhex(printf('%012x%020x', at, 2)), 1 + (select count(*) from provided)
    from finished
