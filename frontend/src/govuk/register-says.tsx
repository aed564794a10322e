// What the registers of others say of a provider, and since when they could not be read.
import type { components } from "../api/schema";
import { longDay } from "./london";
import { Inset, SummaryList, Tag, type TagColour, When } from "./show";

type RegisterSays = components["schemas"]["RegisterSays"];

const what: Record<RegisterSays["entry"], string> = {
  cqc_provider: "provider",
  cqc_location: "location",
  company: "company",
  charity: "charity",
};

const ratingWords: Record<NonNullable<RegisterSays["rating"]>, [words: string, colour: TagColour]> = {
  outstanding: ["Outstanding", "green"],
  good: ["Good", "green"],
  requires_improvement: ["Requires improvement", "orange"],
  inadequate: ["Inadequate", "red"],
};

const stateColours: Record<NonNullable<RegisterSays["state"]>, TagColour> = {
  listed: "green",
  insolvent: "red",
  ended: "red",
  unknown: "red",
};

/** The register's own words, begun with a capital letter and without its hyphens */
function statusWords(says: RegisterSays): string {
  if (says.state === "unknown") return "Not on the register";
  const words = (says.status ?? "").replaceAll("-", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Checked({ says }: { says: RegisterSays }) {
  if (!says.asked) return <>{says.read_at ? <>Not checked since <When at={says.read_at} />: this register is not asked here</> : "Never: this register is not asked here"}</>;
  if (!says.read_at) return <>{says.failure ? `Not yet. ${says.failure}` : "Not yet: it will be asked within a day"}</>;
  if (!says.stale) return <When at={says.read_at} />;
  return (
    <>
      <strong>
        Not checked since <When at={says.read_at} />
      </strong>
      {says.failure ? `. ${says.failure}` : null}
      {says.failure && says.tried_at ? <span className="fl-quiet"> Last tried <When at={says.tried_at} />.</span> : null}
    </>
  );
}

function One({ says }: { says: RegisterSays }) {
  const [rating, colour] = says.rating ? ratingWords[says.rating] : [null, undefined];
  return (
    <section className="fl-box">
      <h3 className="govuk-heading-s">
        {says.register}: {what[says.entry]}{" "}
        <a href={says.page} className="govuk-link" rel="noreferrer">
          {says.number}
        </a>
      </h3>
      <SummaryList
        tight
        rows={[
          says.name ? ["Name there", says.name] : null,
          says.state
            ? [
                "Status",
                <span key="status">
                  <Tag colour={stateColours[says.state]}>{statusWords(says)}</Tag>
                  {says.since ? ` since ${longDay(says.since)}` : null}
                </span>,
              ]
            : null,
          rating
            ? [
                "Rating",
                <span key="rating">
                  <Tag colour={colour}>{rating}</Tag>
                  {says.rated_on ? ` on ${longDay(says.rated_on)}` : null}
                  {says.inherited ? ". Inherited from the service before: it was not given to this provider." : null}
                </span>,
              ]
            : says.entry === "cqc_location" && says.read_at
              ? ["Rating", "Not rated"]
              : null,
          ["Checked", <Checked key="checked" says={says} />],
        ]}
      />
    </section>
  );
}

export function Says({ list, unasked, own }: { list: RegisterSays[]; unasked: string[]; own: boolean }) {
  if (list.length === 0) {
    return (
      <p className="govuk-body">
        {own ? "You have given no number that a register knows." : "The provider has given no number that a register knows."}
      </p>
    );
  }
  return (
    <>
      {unasked.length > 0 ? (
        <Inset>
          Not asked here, because no key is set for {unasked.length === 1 ? "it" : "them"}: {unasked.join(", ")}.
        </Inset>
      ) : null}
      {list.map((says) => (
        <One key={`${says.entry} ${says.number}`} says={says} />
      ))}
    </>
  );
}
