import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useMe } from "../../api/queries";
import { announce } from "../../govuk/announce";
import { Button, type FieldErrors, Form, Input, Select, Submit } from "../../govuk/form";
import { count, longDay, londonDay } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Empty, Inset, Tag } from "../../govuk/show";
import { canBid } from "../../words";
import { type Area, bands, type Capacity, hoursWords, type TimeBand } from "../../govuk/hours";

const capacityQuery = queryOptions({ queryKey: ["capacity"], queryFn: () => must(api.GET("/api/capacity")) });

interface Typed {
  category_id: string;
  outward_code: string;
  hours: Partial<Record<TimeBand, string>>;
  /** How often the form was asked for: each time it takes the focus */
  asked: number;
}
const NOTHING: Typed = { category_id: "", outward_code: "", hours: {}, asked: 0 };

function useShown() {
  const cache = useQueryClient();
  return (after: Capacity, words: string) => {
    cache.setQueryData(capacityQuery.queryKey, after);
    void cache.invalidateQueries({ queryKey: ["opportunity"] });
    announce(words);
  };
}

const day = (instant: string) => longDay(londonDay(Date.parse(instant)));

/** One tap says that everything still holds. */
function Confirm({ capacity }: { capacity: Capacity }) {
  const shown = useShown();
  const figures = capacity.areas.flatMap((area) => area.figures);
  const lapsed = figures.filter((one) => one.lapsed).length;
  const next = figures.filter((one) => !one.lapsed).map((one) => one.lapses_at).sort()[0];
  const act = useAct((_: null, key) => must(api.POST("/api/capacity/confirm", { headers: keyed(key) })), {
    onDone: (after) => shown(after, "Your spare hours are confirmed."),
  });
  if (figures.length === 0) return null;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="confirm">
      <h2 className="govuk-heading-m" id="confirm">
        Is it all still right?
      </h2>
      <p className="govuk-body">
        {lapsed > 0 ? (
          <>
            <strong>{count(lapsed, "figure has", "figures have")} lapsed,</strong> so councils no longer count{" "}
            {lapsed === 1 ? "it" : "them"}.{" "}
          </>
        ) : null}
        {next ? `The first of those that count ${lapsed > 0 ? "" : "now "}lapses after ${day(next)}. ` : ""}
        Figures lapse after {capacity.lapse_days} days unless you confirm them.
      </p>
      <Form prefix="confirm" error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
        <Submit kind="secondary" busy={act.isPending}>
          Yes, confirm everything
        </Submit>
      </Form>
    </section>
  );
}

function AreaCard({ area, onChange }: { area: Area; onChange?: () => void }) {
  const lapsed = area.figures.some((one) => one.lapsed);
  const lapses = area.figures.map((one) => one.lapses_at).sort()[0]!;
  return (
    <li className="fl-card">
      <div>
        <span className="govuk-body fl-small fl-quiet">
          {area.market_name}: {area.category_name}
        </span>
        <h3 className="fl-card__title">
          {area.outward_code} {lapsed ? <Tag colour="orange">Lapsed</Tag> : <Tag colour="green">Current</Tag>}
        </h3>
        <p className="govuk-body govuk-!-margin-bottom-1">Hours a week: {hoursWords(area.figures)}</p>
        <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">
          {lapsed ? "Lapsed after" : "Lapses after"} {day(lapses)}
        </p>
      </div>
      {onChange ? (
        <div className="fl-card__aside">
          <Button kind="secondary" className="govuk-!-margin-bottom-0" onClick={onChange}>
            Change <span className="govuk-visually-hidden">{`${area.outward_code}, ${area.category_name}`}</span>
          </Button>
        </div>
      ) : null}
    </li>
  );
}

function Publish({
  capacity,
  typed,
  setTyped,
  close,
}: {
  capacity: Capacity;
  typed: Typed;
  setTyped: (typed: Typed) => void;
  close: () => void;
}) {
  const shown = useShown();
  const act = useAct(
    (body: { category_id: string; outward_code: string; hours: { band: TimeBand; hours: string }[] }, key) =>
      must(api.POST("/api/capacity", { body, headers: keyed(key) })),
    {
      onDone: (after, body) => {
        close();
        const said = body.hours.filter((one) => one.hours !== "0");
        shown(after, said.length > 0 ? `Published for ${body.outward_code}: ${hoursWords(said)}.` : `Taken back for ${body.outward_code}.`);
      },
    },
  );
  const only = capacity.categories.length === 1 ? capacity.categories[0]!.id : "";
  const category = typed.category_id || only;
  const code = typed.outward_code.trim().toUpperCase();
  // A time of the week that is left blank is nought, so that what was published is taken back.
  const hours = bands.map(({ band }) => ({ band, hours: (typed.hours[band] ?? "").trim() || "0" }));
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!category) wrong.category_id = "Choose a category";
    if (!/^[A-Z]{1,2}\d[A-Z\d]?$/.test(code)) wrong.outward_code = "Enter the first half of a postcode, like ST16";
    hours.forEach((one, at) => {
      if (!/^\d{1,4}(\.\d{1,2})?$/.test(one.hours)) wrong[`hours[${at}].hours`] = `${bands[at]!.label}: enter hours a week, like 12.5`;
    });
    const known = capacity.areas.some((area) => area.category_id === category && area.outward_code === code);
    if (!known && hours.every((one) => Number(one.hours) === 0)) wrong["hours[0].hours"] = "Enter hours for at least one time of the week";
    if (Object.keys(wrong).length > 0) return wrong;
    act.mutate({ category_id: category, outward_code: code, hours });
  }
  return (
    <Form prefix="publish" error={act.error} busy={act.isPending} onSubmit={check}>
      {capacity.categories.length > 1 ? (
        <Select
          name="category_id"
          label="Category"
          labelSize="s"
          choices={capacity.categories.map((one) => ({ value: one.id, words: `${one.market_name}: ${one.name}` }))}
          value={category}
          onChange={(category_id) => setTyped({ ...typed, category_id })}
        />
      ) : null}
      <Input
        name="outward_code"
        label="Where"
        labelSize="s"
        hint="The first half of a postcode, like ST16."
        width={5}
        value={typed.outward_code}
        onChange={(outward_code) => setTyped({ ...typed, outward_code })}
      />
      {bands.map(({ band, label, hint }, at) => (
        <Input
          key={band}
          name={`hours[${at}].hours`}
          label={label}
          labelSize="s"
          hint={hint}
          width={4}
          suffix="hours a week"
          numeric
          value={typed.hours[band] ?? ""}
          onChange={(value) => setTyped({ ...typed, hours: { ...typed.hours, [band]: value } })}
        />
      ))}
      <div className="fl-button-row">
        <Submit busy={act.isPending}>Publish</Submit>
        <Button kind="secondary" onClick={close}>
          Close
        </Button>
      </div>
    </Form>
  );
}

function Bases({ capacity, administers }: { capacity: Capacity; administers: boolean }) {
  const shown = useShown();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const add = useAct(
    (body: { name: string; outward_code: string }, key) => must(api.POST("/api/capacity/bases", { body, headers: keyed(key) })),
    {
      onDone: (after) => {
        setName("");
        setCode("");
        shown(after, "The base is added.");
      },
    },
  );
  const remove = useAct(
    (id: string, key) => must(api.POST("/api/capacity/bases/{id}/remove", { params: { path: { id } }, headers: keyed(key) })),
    { onDone: (after) => shown(after, "The base is taken off.") },
  );
  return (
    <section aria-labelledby="bases">
      <h2 className="govuk-heading-m" id="bases">
        Bases
      </h2>
      {capacity.bases.length === 0 ? (
        <Empty>No base is listed.</Empty>
      ) : (
        <ul className="fl-list">
          {capacity.bases.map((base) => (
            <li key={base.id} className="fl-card">
              <div>
                <h3 className="fl-card__title">{base.name}</h3>
                <p className="govuk-body govuk-!-margin-bottom-0">{base.outward_code}</p>
              </div>
              {administers ? (
                <div className="fl-card__aside">
                  <Form prefix={`remove-${base.id}`} error={remove.variables === base.id ? remove.error : null} busy={remove.isPending} onSubmit={() => remove.mutate(base.id)}>
                    <Submit kind="secondary" busy={remove.isPending}>
                      Take off
                    </Submit>
                  </Form>
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {administers && capacity.bases.length < capacity.bases_max ? (
        <Details summary="Add a base">
          <Form
            prefix="base"
            error={add.error}
            busy={add.isPending}
            onSubmit={() => {
              if (!name.trim()) return { name: "Enter what you call it" };
              if (!code.trim()) return { outward_code: "Enter the first half of its postcode, like ST16" };
              add.mutate({ name: name.trim(), outward_code: code.trim() });
            }}
          >
            <Input name="name" label="What you call it" labelSize="s" value={name} onChange={setName} />
            <Input name="outward_code" label="First half of its postcode" labelSize="s" width={5} value={code} onChange={setCode} />
            <Submit kind="secondary" busy={add.isPending}>
              Add it
            </Submit>
          </Form>
        </Details>
      ) : null}
    </section>
  );
}

function Shown({ capacity }: { capacity: Capacity }) {
  const me = useMe();
  const publishes = canBid(me);
  const [typed, setTyped] = useState<Typed>(NOTHING);
  const [open, setOpen] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!open) return;
    heading.current?.scrollIntoView({ block: "start" });
    heading.current?.focus({ preventScroll: true });
  }, [open, typed.asked]);
  function ask(about: Omit<Typed, "asked">) {
    setTyped((before) => ({ ...about, asked: before.asked + 1 }));
    setOpen(true);
  }
  function change(area: Area) {
    const hours = Object.fromEntries(area.figures.map((one) => [one.band, plain(one.hours)]));
    ask({ category_id: area.category_id, outward_code: area.outward_code, hours });
  }
  const own = new Set(capacity.categories.map((one) => one.id));
  return (
    <Page
      title="Your spare hours"
      lead="What you have to spare a week, by place and time. Brokers count it before they advertise; other providers never see it."
      back={{ to: "/", words: "Start" }}
    >
      {publishes ? <Confirm capacity={capacity} /> : null}
      {!publishes ? (
        <Inset>A bidder or an administrator of your organisation can publish spare hours.</Inset>
      ) : capacity.categories.length === 0 ? (
        <Inset>Once you are admitted to a category, you can publish spare hours for it here.</Inset>
      ) : open ? (
        <section className="fl-box fl-box--wash" aria-labelledby="publish">
          <h2 className="govuk-heading-m" id="publish" tabIndex={-1} ref={heading}>
            Publish spare hours
          </h2>
          <div className="fl-prose">
            <Publish capacity={capacity} typed={typed} setTyped={setTyped} close={() => setOpen(false)} />
          </div>
        </section>
      ) : (
        <Button onClick={() => ask(NOTHING)}>Publish spare hours for a place</Button>
      )}
      <section aria-labelledby="published">
        <h2 className="govuk-heading-m" id="published">
          Published
        </h2>
        {capacity.areas.length === 0 ? (
          <Empty>You have published no spare hours yet.</Empty>
        ) : (
          <ul className="fl-list">
            {capacity.areas.map((area) => (
              <AreaCard
                key={`${area.category_id} ${area.outward_code}`}
                area={area}
                onChange={publishes && own.has(area.category_id) ? () => change(area) : undefined}
              />
            ))}
          </ul>
        )}
      </section>
      <Bases capacity={capacity} administers={me?.provider?.role === "administrator"} />
    </Page>
  );
}

export default function CapacityPage() {
  return <Await query={useQuery(capacityQuery)}>{(capacity) => <Shown capacity={capacity} />}</Await>;
}
