import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { api, must } from "../../api/client";
import { market as marketQuery, markets, useMe } from "../../api/queries";
import type { AgeBand, Leak, PackageForm } from "../../api/types";
import { announce } from "../../govuk/announce";
import { type FieldErrors, Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { Inset } from "../../govuk/show";
import { ageBands, ageWords, buysIn, unitQuantity } from "../../words";
import { useChecking } from "./checking";
import { Reach } from "./Reach";
import { askedOf, EMPTY, filledIn, type PackageStart, type Typed, typedOf } from "./typed";

const MARKED: Record<string, string> = {
  outward_code: "first half of the postcode",
  quantities: "how much care",
  starts_on: "care starts on",
  needs: "needs",
};

export function Leaks({ leaks, field }: { leaks: Leak[]; field?: Leak["field"] }) {
  const shown = field ? leaks.filter((leak) => leak.field === field) : leaks;
  if (shown.length === 0) return null;
  return (
    <Inset className="fl-not-yet">
      <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">
        This may tell who the person is
      </p>
      <ul className="govuk-list govuk-list--bullet govuk-!-margin-bottom-0">
        {shown.map((leak, at) => (
          <li key={at}>
            “{leak.text}”{field ? "" : leak.field === "title" ? " in the title" : " in the needs"}: {leak.advice}
          </li>
        ))}
      </ul>
    </Inset>
  );
}

/** What would be refused of a field that was left: quieter than what was refused */
function Noted({ children }: { children?: ReactNode }) {
  return children ? <p className="govuk-body fl-noted">{children}</p> : null;
}

/** What new packages of this category start from. It is read once: while somebody types nothing changes under them. */
function useTemplate(categoryId: string, wanted: boolean): PackageStart | null | undefined {
  const { data } = useQuery({
    queryKey: ["package-template", categoryId],
    queryFn: () => must(api.GET("/api/categories/{id}/package-template", { params: { path: { id: categoryId } } })),
    enabled: wanted && !!categoryId,
    staleTime: Infinity,
  });
  return data?.start;
}

export function PackageEditor({
  from,
  marked,
  leaks = [],
  error,
  busy,
  save,
}: {
  from?: PackageForm;
  /** The field that is suggested to be changed. */
  marked?: string;
  leaks?: Leak[];
  error: Error | null;
  busy: boolean;
  save: (form: PackageForm) => void;
}) {
  const me = useMe();
  const [typed, setTyped] = useState<Typed>(from ? typedOf(from) : EMPTY);
  const set = (field: Exclude<keyof Typed, "quantities">) => (value: string) =>
    setTyped((before) => ({ ...before, [field]: value }));
  const { data: all } = useQuery(markets);
  const own = (all ?? []).filter((market) => buysIn(me, market));
  const holder = own.find((market) => market.categories.some((category) => category.id === typed.category_id));
  const { data: market } = useQuery({ ...marketQuery(holder?.id ?? ""), enabled: !!holder });
  const category = market?.categories.find((one) => one.id === typed.category_id);
  const lines = category?.lines ?? [];
  // A copy starts as what it was copied from.
  const template = useTemplate(typed.category_id, !from);
  const started = useRef<PackageStart | null>(null);
  useEffect(() => {
    if (template === undefined || template === started.current) return;
    const before = started.current;
    started.current = template;
    setTyped((typed) => filledIn(typed, before, template));
    if (template) announce("Filled in from the template of this category.");
  }, [template]);
  const { checked, faults } = useChecking(askedOf(typed, lines));
  const found = checked?.leaks ?? leaks;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const noted = (field: string) => (left.has(field) ? faults[field] : undefined);

  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!typed.category_id) wrong.category_id = "Choose the category";
    if (!typed.person_reference.trim()) wrong.person_reference = "Enter your authority’s own case number";
    if (!typed.title.trim()) wrong.title = "Enter a title";
    if (!typed.needs.trim()) wrong.needs = "Describe what the person needs";
    else if (template && typed.needs.trim() === template.needs.trim())
      wrong.needs = "Say what this person needs: these are still the words of the template";
    if (!/^[A-Z]{1,2}\d[A-Z\d]?$/i.test(typed.outward_code.trim()))
      wrong.outward_code = "Enter the first half of the postcode only, like ST16";
    if (!typed.age_band) wrong.age_band = "Choose an age band";
    const quantities = lines
      .map(({ key }) => ({ key, quantity: (typed.quantities[key] ?? "").trim() }))
      .filter(({ quantity }) => quantity !== "" && !/^0*(\.0*)?$/.test(quantity));
    for (const { key, quantity } of quantities)
      if (!/^\d{1,5}(\.\d{1,4})?$/.test(quantity)) wrong[`quantities.${key}`] = "Enter a number, like 35 or 7.5";
    if (category && quantities.length === 0) wrong[`quantities.${lines[0]?.key}`] = "Enter at least one quantity";
    if (!typed.starts_on) wrong.starts_on = "Enter the day the care starts";
    const weeks = Number(typed.initial_term_weeks);
    if (!Number.isInteger(weeks) || weeks < 1) wrong.initial_term_weeks = "Enter the initial term in whole weeks, like 52";
    if (Object.keys(wrong).length > 0) return wrong;
    save({
      category_id: typed.category_id,
      person_reference: typed.person_reference.trim(),
      title: typed.title.trim(),
      needs: typed.needs.trim(),
      outward_code: typed.outward_code.trim().toUpperCase(),
      age_band: typed.age_band as AgeBand,
      quantities,
      starts_on: typed.starts_on,
      initial_term_weeks: weeks,
      preference: typed.preference.trim() || null,
    });
  }

  return (
    <div>
      {from && marked && MARKED[marked] ? (
        <Inset className="fl-not-yet">
          This is a copy. What providers said suggests a change here: <strong>{MARKED[marked]}</strong>.
        </Inset>
      ) : null}
      <Form error={error} busy={busy} onSubmit={check}>
        <div className="fl-columns">
          <div
            className="fl-prose"
            onBlur={({ target }) => {
              const { name } = target as unknown as { name?: string };
              if (name) setLeft((before) => new Set(before).add(name));
            }}
          >
        <Select
          name="category_id"
          label="Category"
          labelSize="s"
          value={typed.category_id}
          onChange={set("category_id")}
          choices={own.flatMap((one) =>
            one.categories.map((each) => ({
              value: each.id,
              words: one.categories.length > 1 || each.name !== one.name ? `${one.name}: ${each.name}` : one.name,
            })),
          )}
        />
        {holder && category ? (
          <p className="govuk-body">
            <Link to={`/markets/${holder.id}/simulator?category=${category.id}`} className="govuk-link" target="_blank" rel="noopener">
              Try how bids in this category would be scored (opens in a new tab)
            </Link>
          </p>
        ) : null}
        {template ? (
          <Inset>Filled in from the template of this category. Change whatever is different for this person.</Inset>
        ) : null}
        <h2 className="govuk-heading-m">Private to your authority</h2>
        <Input
          name="person_reference"
          label="Your own case number"
          labelSize="s"
          hint="Providers never see this."
          width={20}
          value={typed.person_reference}
          onChange={set("person_reference")}
        />
        <Noted>{noted("person_reference")}</Noted>
        <TextArea
          name="preference"
          label="What the person or family prefers (if they have said)"
          labelSize="s"
          hint="Providers never see this."
          rows={2}
          value={typed.preference}
          onChange={set("preference")}
        />
        <Noted>{noted("preference")}</Noted>
        <h2 className="govuk-heading-m">What providers will read</h2>
        <Inset>
          No name, full postcode, date of birth, school, employer, landlord or rare diagnosis. The text is looked through for
          names, addresses and numbers while you type; the rest is yours to see.
        </Inset>
        <Input
          name="title"
          label="Title"
          labelSize="s"
          hint={template?.title_hint ?? "For example, “Support to live in a shared house near Stafford”"}
          value={typed.title}
          onChange={set("title")}
        />
        <Noted>{noted("title")}</Noted>
        <Leaks leaks={found} field="title" />
        <TextArea
          name="needs"
          label="Needs"
          labelSize="s"
          hint={template?.needs_hint ?? "A pen picture: what a good day looks like, what support is needed, what matters to the person."}
          rows={12}
          value={typed.needs}
          onChange={set("needs")}
        />
        <Noted>{noted("needs")}</Noted>
        <Leaks leaks={found} field="needs" />
        <Input
          name="outward_code"
          label="First half of the postcode"
          labelSize="s"
          hint="For example, ST16"
          width={5}
          value={typed.outward_code}
          onChange={set("outward_code")}
        />
        <Noted>{noted("outward_code")}</Noted>
        <Radios
          name="age_band"
          label="Age band"
          labelSize="s"
          inline
          choices={ageBands.map((band) => ({ value: band, words: ageWords(band).replace(/^aged /, "") }))}
          value={typed.age_band}
          onChange={set("age_band")}
        />
        <h2 className="govuk-heading-m">How much care</h2>
        {category ? (
          lines.map((line) => (
            <div key={line.key}>
            <Input
              name={`quantities.${line.key}`}
              label={line.label}
              labelSize="s"
              numeric
              width={5}
              suffix={unitQuantity[line.unit]}
              value={typed.quantities[line.key] ?? ""}
              onChange={(value) =>
                setTyped((before) => ({ ...before, quantities: { ...before.quantities, [line.key]: value } }))
              }
            />
            <Noted>{noted(`quantities.${line.key}`)}</Noted>
            </div>
          ))
        ) : (
          <p className="govuk-body fl-quiet">Choose the category first.</p>
        )}
        <Input
          name="starts_on"
          type="date"
          width={10}
          label="Care starts on"
          labelSize="s"
          value={typed.starts_on}
          onChange={set("starts_on")}
        />
        <Noted>{noted("starts_on")}</Noted>
        <Input
          name="initial_term_weeks"
          label="Initial term"
          labelSize="s"
          hint="A contract with no stated term counts as above the threshold, so every contract states one."
          numeric
          width={4}
          suffix="weeks"
          value={typed.initial_term_weeks}
          onChange={set("initial_term_weeks")}
        />
        <Noted>{noted("initial_term_weeks")}</Noted>
          </div>
          <div className="fl-side">
            <Reach checked={checked} />
          </div>
        </div>
        <Submit busy={busy}>Save and check</Submit>
      </Form>
    </div>
  );
}
