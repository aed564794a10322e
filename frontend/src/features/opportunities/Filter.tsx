import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { AreasField } from "../../govuk/areas";
import { type FieldErrors, Form, Input, Select, Submit } from "../../govuk/form";
import { Details } from "../../govuk/show";
import { address, areasOf, areasOfBases, AREAS_MAX, type Base, type Filters, HOURS_MAX, isArea, isHours, isKm, KM_MAX, ownStates, ownStateWords } from "./filters";

export interface CategoryOffered {
  id: string;
  words: string;
}

/** Goes to the board with these filters, and stays among the live or the closed. */
export function useFiltering() {
  const [search, setSearch] = useSearchParams();
  return (filters: Filters) => {
    const show = search.get("show");
    setSearch({ ...(show ? { show } : {}), ...address(filters) });
  };
}

export function Filter({
  filters,
  categories,
  bases,
  isProvider,
}: {
  filters: Filters;
  categories: CategoryOffered[];
  bases: Base[];
  isProvider: boolean;
}) {
  const filter = useFiltering();
  const [typed, setTyped] = useState({ ...filters, area: filters.area.join(", ") });
  const stands = JSON.stringify(filters);
  // The back button changes what is looked for too.
  useEffect(() => {
    const now = JSON.parse(stands) as Filters;
    setTyped({ ...now, area: now.area.join(", ") });
  }, [stands]);
  const set = (name: keyof Filters) => (value: string) => setTyped((before) => ({ ...before, [name]: value }));
  const near = areasOfBases(bases).join(", ");
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    const area = areasOf(typed.area);
    if (!area.every(isArea)) wrong.area = "Enter the first half of postcodes, like ST16, or their first letters, like ST";
    else if (area.length > AREAS_MAX) wrong.area = `Enter at most ${AREAS_MAX} areas`;
    const [from, to] = [typed.hours_from.trim(), typed.hours_to.trim()];
    if (from && !isHours(from)) wrong.hours_from = `Enter whole hours from 0 to ${HOURS_MAX}`;
    if (to && !isHours(to)) wrong.hours_to = `Enter whole hours from 0 to ${HOURS_MAX}`;
    else if (from && to && isHours(from) && Number(from) > Number(to)) wrong.hours_to = "Enter at least as many hours as in the field before";
    const km = typed.within_km.trim();
    if (km && !isKm(km)) wrong.within_km = `Enter whole kilometres from 1 to ${KM_MAX}`;
    if (Object.keys(wrong).length > 0) return wrong;
    filter({ ...typed, area, hours_from: from, hours_to: to, within_km: km });
  }
  return (
    <Details summary="Filter">
      <Form prefix="filter" onSubmit={check}>
        <div className="fl-filter">
          <div>
            <AreasField name="area" label="Where" value={typed.area} near={near} onChange={set("area")} />
          </div>
          {bases.some((base) => base.middle) || filters.within_km ? (
            <Input
              name="within_km"
              label="Distance from one of your bases, at most"
              labelSize="s"
              hint="In a straight line, from the middle of your outward code to the middle of theirs. By road it is further."
              width={4}
              numeric
              suffix="km"
              value={typed.within_km}
              onChange={set("within_km")}
            />
          ) : null}
          {categories.length > 1 ? (
            <Select
              name="category"
              label="Category"
              labelSize="s"
              choices={categories.map((one) => ({ value: one.id, words: one.words }))}
              none="Every category"
              value={typed.category}
              onChange={set("category")}
            />
          ) : null}
          <fieldset className="govuk-fieldset">
            <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">Hours of care a week</legend>
            <div className="govuk-hint">Sleep-in nights and days are not counted.</div>
            <div className="fl-filter__pair">
              <Input name="hours_from" label="From" width={4} numeric value={typed.hours_from} onChange={set("hours_from")} />
              <Input name="hours_to" label="To" width={4} numeric value={typed.hours_to} onChange={set("hours_to")} />
            </div>
          </fieldset>
          <Input
            name="starts_from"
            type="date"
            label="Care starts on or after"
            labelSize="s"
            width={10}
            value={typed.starts_from}
            onChange={set("starts_from")}
          />
          {isProvider ? (
            <Select
              name="state"
              label="What you have done"
              labelSize="s"
              choices={ownStates.map((state) => ({ value: state, words: ownStateWords[state] }))}
              none="Anything"
              value={typed.state}
              onChange={set("state")}
            />
          ) : null}
        </div>
        <Submit>Apply filters</Submit>
      </Form>
    </Details>
  );
}
