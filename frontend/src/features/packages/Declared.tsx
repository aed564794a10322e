// What providers declared to have to spare where a package is, for officers.
import { count } from "../../govuk/london";
import { Details, Table, When } from "../../govuk/show";
import { type DeclaredCapacity, hoursWords } from "../../govuk/hours";

export function Declared({ declared }: { declared: DeclaredCapacity }) {
  const where = declared.outward_code;
  return (
    <section className="fl-box" aria-labelledby="declared">
      <h2 className="govuk-heading-s" id="declared">
        Spare hours in {where}
      </h2>
      {declared.providers === 0 ? (
        <p className="govuk-body">No provider that it reaches has declared spare hours there in the last four weeks.</p>
      ) : (
        <p className="govuk-body">
          <strong>{count(declared.providers, "provider")}</strong> declared spare hours a week there: {hoursWords(declared.totals)}.
        </p>
      )}
      {declared.each && declared.each.length > 0 ? (
        <Details summary="Each provider’s hours">
          <Table
            caption={`Spare hours a week in ${where}`}
            captionSize="hidden"
            columns={[{ label: "Provider" }, { label: "Hours a week" }, { label: "Confirmed" }]}
            rows={declared.each.map((one) => ({
              key: one.provider_id,
              cells: [one.provider_name, hoursWords(one.hours), <When key="at" at={one.confirmed_at} />],
            }))}
          />
        </Details>
      ) : null}
    </section>
  );
}
