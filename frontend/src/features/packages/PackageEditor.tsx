import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { market as marketQuery, markets, useMe } from "../../api/queries";
import type { AgeBand, Leak, PackageForm } from "../../api/types";
import { type FieldErrors, Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { plain } from "../../govuk/money";
import { Inset } from "../../govuk/show";
import { ageBands, ageWords, buysIn, unitQuantity } from "../../words";

interface Typed {
  category_id: string;
  person_reference: string;
  title: string;
  needs: string;
  outward_code: string;
  age_band: string;
  quantities: Record<string, string>;
  starts_on: string;
  initial_term_weeks: string;
  preference: string;
}

const EMPTY: Typed = {
  category_id: "",
  person_reference: "",
  title: "",
  needs: "",
  outward_code: "",
  age_band: "",
  quantities: {},
  starts_on: "",
  initial_term_weeks: "52",
  preference: "",
};

function typedOf(form: PackageForm): Typed {
  return {
    ...form,
    quantities: Object.fromEntries(form.quantities.map(({ key, quantity }) => [key, plain(quantity).replaceAll(",", "")])),
    initial_term_weeks: String(form.initial_term_weeks),
    preference: form.preference ?? "",
  };
}

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

  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!typed.category_id) wrong.category_id = "Choose the category";
    if (!typed.person_reference.trim()) wrong.person_reference = "Enter your authority’s own case number";
    if (!typed.title.trim()) wrong.title = "Enter a title";
    if (!typed.needs.trim()) wrong.needs = "Describe what the person needs";
    if (!/^[A-Z]{1,2}\d[A-Z\d]?$/i.test(typed.outward_code.trim()))
      wrong.outward_code = "Enter the first half of the postcode only, like ST16";
    if (!typed.age_band) wrong.age_band = "Choose an age band";
    const quantities = (category?.lines ?? [])
      .map(({ key }) => ({ key, quantity: (typed.quantities[key] ?? "").trim() }))
      .filter(({ quantity }) => quantity !== "" && !/^0*(\.0*)?$/.test(quantity));
    for (const { key, quantity } of quantities)
      if (!/^\d{1,5}(\.\d{1,4})?$/.test(quantity)) wrong[`quantities.${key}`] = "Enter a number, like 35 or 7.5";
    if (category && quantities.length === 0) wrong[`quantities.${category.lines[0]?.key}`] = "Enter at least one quantity";
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
    <div className="fl-prose">
      {from && marked && MARKED[marked] ? (
        <Inset className="fl-not-yet">
          This is a copy. What providers said suggests a change here: <strong>{MARKED[marked]}</strong>.
        </Inset>
      ) : null}
      <Form error={error} busy={busy} onSubmit={check}>
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
        <TextArea
          name="preference"
          label="What the person or family prefers (if they have said)"
          labelSize="s"
          hint="Providers never see this."
          rows={2}
          value={typed.preference}
          onChange={set("preference")}
        />
        <h2 className="govuk-heading-m">What providers will read</h2>
        <Inset>
          No name, full postcode, date of birth, school, employer, landlord or rare diagnosis. When you save, the text is checked
          for them.
        </Inset>
        <Input
          name="title"
          label="Title"
          labelSize="s"
          hint="For example, “Support to live in a shared house near Stafford”"
          value={typed.title}
          onChange={set("title")}
        />
        <Leaks leaks={leaks} field="title" />
        <TextArea
          name="needs"
          label="Needs"
          labelSize="s"
          hint="A pen picture: what a good day looks like, what support is needed, what matters to the person."
          rows={8}
          value={typed.needs}
          onChange={set("needs")}
        />
        <Leaks leaks={leaks} field="needs" />
        <Input
          name="outward_code"
          label="First half of the postcode"
          labelSize="s"
          hint="For example, ST16"
          width={5}
          value={typed.outward_code}
          onChange={set("outward_code")}
        />
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
          category.lines.map((line) => (
            <Input
              key={line.key}
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
        <Submit busy={busy}>Save and check</Submit>
      </Form>
    </div>
  );
}
