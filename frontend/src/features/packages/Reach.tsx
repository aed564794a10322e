// Beside a package while it is typed: whom it will reach, what it would cost, and what is still to be typed.
import { hoursWords } from "../../govuk/hours";
import { count } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import type { PackageChecked } from "./typed";
import "./packages.scss";

const FIELDS: Record<string, string> = {
  category_id: "the category",
  person_reference: "your case number",
  title: "the title",
  needs: "the needs",
  outward_code: "the first half of the postcode",
  age_band: "the age band",
  quantities: "how much care",
  starts_on: "the day care starts",
  initial_term_weeks: "the initial term",
};

const range = ({ low, high }: { low: string; high: string }) =>
  low === high ? pounds(low) : `${pounds(low)} to ${pounds(high)}`;

export function Reach({ checked }: { checked?: PackageChecked }) {
  const [reaches, declared, cost] = [checked?.reaches ?? null, checked?.declared ?? null, checked?.cost ?? null];
  const [leaks, missing] = [checked?.leaks ?? [], checked?.missing ?? []];
  return (
    <section className="fl-box fl-reach" aria-labelledby="reach">
      <h2 className="govuk-heading-s" id="reach">
        If you advertise it as it is
      </h2>
      <dl>
        <dt>Reaches</dt>
        <dd>
          {reaches === null ? (
            "Choose the category first"
          ) : reaches === 0 ? (
            "No provider is admitted to this category yet"
          ) : (
            <strong>{count(reaches, "provider")}</strong>
          )}
        </dd>
        <dt>Spare hours a week{declared ? ` in ${declared.outward_code}` : ""}</dt>
        <dd>
          {declared === null
            ? "Give the category and the place first"
            : declared.providers === 0
              ? "None declared in the last four weeks"
              : `${hoursWords(declared.totals)}, declared by ${count(declared.providers, "provider")}`}
        </dd>
        <dt>Costs at the published limits</dt>
        <dd>
          {cost === null ? (
            "Give the category and how much care first"
          ) : (
            <>
              <strong>{range(cost.weekly)}</strong> a week
              <br />
              {range(cost.yearly)} a year
              {cost.term ? (
                <>
                  <br />
                  {range(cost.term)} over the initial term
                </>
              ) : null}
            </>
          )}
        </dd>
        <dt>Privacy</dt>
        <dd>
          {leaks.length > 0
            ? `${count(leaks.length, "thing")} may tell who the person is: look beside ${leaks.every((leak) => leak.field === "title") ? "the title" : leaks.some((leak) => leak.field === "title") ? "the title and the needs" : "the needs"}`
            : "Nothing found in the title and the needs so far"}
        </dd>
      </dl>
      {checked && missing.length > 0 ? (
        <p className="govuk-body fl-quiet fl-small">Still to be typed: {missing.map((field) => FIELDS[field] ?? field).join(", ")}.</p>
      ) : null}
    </section>
  );
}
