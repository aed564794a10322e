// What is typed of a package, and how a category's template starts it.
import type { components } from "../../api/schema";
import type { PackageForm } from "../../api/types";
import { plain } from "../../govuk/money";

type Schemas = components["schemas"];
export type PackageStart = Schemas["PackageStart"];
export type PackageChecked = Schemas["PackageChecked"];
export type PackageTyped = Schemas["PackageTyped"];

export interface Typed {
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

export const EMPTY: Typed = {
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

const amount = (quantity: string) => plain(quantity).replaceAll(",", "");

export function typedOf(form: PackageForm): Typed {
  return {
    ...form,
    quantities: Object.fromEntries(form.quantities.map(({ key, quantity }) => [key, amount(quantity)])),
    initial_term_weeks: String(form.initial_term_weeks),
    preference: form.preference ?? "",
  };
}

/** The fields that a template fills in, as it fills them in; without one, as they are when the page opens */
export function startOf(template: PackageStart | null): Pick<Typed, "needs" | "quantities" | "starts_on" | "initial_term_weeks"> {
  if (!template) return { needs: EMPTY.needs, quantities: {}, starts_on: EMPTY.starts_on, initial_term_weeks: EMPTY.initial_term_weeks };
  return {
    needs: template.needs,
    quantities: Object.fromEntries(template.quantities.map(({ key, quantity }) => [key, amount(quantity)])),
    starts_on: template.starts_on ?? EMPTY.starts_on,
    initial_term_weeks: String(template.initial_term_weeks ?? EMPTY.initial_term_weeks),
  };
}

const same = (one: Record<string, string>, other: Record<string, string>) => {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => (one[key] ?? "") === (other[key] ?? ""));
};

/** With another template: what nobody touched since the one before becomes the new one's; what was typed stays. */
export function filledIn(typed: Typed, before: PackageStart | null, now: PackageStart | null): Typed {
  const [was, is] = [startOf(before), startOf(now)];
  const take = (field: "needs" | "starts_on" | "initial_term_weeks") =>
    typed[field] === was[field] || typed[field].trim() === "" ? is[field] : typed[field];
  const untouched = same(typed.quantities, was.quantities) || same(typed.quantities, {});
  return {
    ...typed,
    needs: take("needs"),
    starts_on: take("starts_on"),
    initial_term_weeks: take("initial_term_weeks"),
    quantities: untouched ? is.quantities : typed.quantities,
  };
}

/** What is asked about, as far as it is typed: all of it text. What is blank is left out. */
export function askedOf(typed: Typed, lines: { key: string }[]): PackageTyped {
  const said = (text: string) => (text.trim() ? text : null);
  return {
    category_id: said(typed.category_id),
    person_reference: said(typed.person_reference),
    title: said(typed.title),
    needs: said(typed.needs),
    outward_code: said(typed.outward_code),
    age_band: (said(typed.age_band) as PackageTyped["age_band"]) ?? null,
    quantities: lines
      .map(({ key }) => ({ key, quantity: (typed.quantities[key] ?? "").trim() }))
      .filter(({ quantity }) => quantity !== ""),
    starts_on: said(typed.starts_on),
    initial_term_weeks: said(typed.initial_term_weeks),
    preference: said(typed.preference),
  };
}

/** The faults by the names of the fields on the page: the third quantity that was sent is that of its line. */
export function faultsByField(checked: PackageChecked, sent: PackageTyped): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, detail } of checked.faults) {
    const line = /^quantities\[(\d+)\]/.exec(field);
    const name = line ? `quantities.${sent.quantities?.[Number(line[1])]?.key}` : field;
    found[name] ??= detail;
  }
  return found;
}

/** What there is to hear of an answer, in one sentence or two */
export function heard(checked: PackageChecked): string {
  const parts = [];
  const many = checked.leaks.length;
  if (many > 0) parts.push(`${many === 1 ? "One thing" : `${many} things`} in your words may tell who the person is.`);
  if (checked.reaches !== null) {
    const declared = checked.declared ? `, of which ${checked.declared.providers} declared spare hours in ${checked.declared.outward_code}` : "";
    parts.push(`It will reach ${checked.reaches} ${checked.reaches === 1 ? "provider" : "providers"}${declared}.`);
  }
  return parts.join(" ");
}
