import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import type { Nameable, Naming, NewDirectAward } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, type FieldErrors, Form, Input, Select, Submit, TextArea } from "../../govuk/form";
import { longDay } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, NotFound, Page } from "../../govuk/page";
import { Details, Inset, SummaryList } from "../../govuk/show";
import { priceOf, wireAmount } from "../../govuk/price";
import { standingWords, unitQuantity, unitRate, weeksWords } from "../../words";
import { directAward, naming } from "./queries";

type Route = "user_choice" | "urgent";

interface Typed {
  provider: string;
  standingReason: string;
  reason: string;
  basis: string;
  exclusion: string;
  rates: Record<string, string>;
  startsOn: string;
  weeks: string;
}

const STEPS = ["provider", "reason", "exclusion", "price", "check"] as const;
type Step = (typeof STEPS)[number];

function standing(of: Nameable) {
  return of.standing ? standingWords[of.standing] : "Has not asked to join";
}

function limits(line: Naming["lines"][number]): string | undefined {
  if (line.fixed) return `The authority sets it at ${pounds(line.fixed)}.`;
  const parts = [
    line.reference_low && line.reference_high ? `Reference rates ${pounds(line.reference_low)} to ${pounds(line.reference_high)}` : "",
    line.floor ? `not below ${pounds(line.floor)}` : "",
    line.ceiling ? `not above ${pounds(line.ceiling)}` : "",
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}.` : undefined;
}

function Propose({ id, route, known }: { id: string; route: Route; known: Naming }) {
  const urgent = route === "urgent";
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const asked = STEPS.find((one) => one === search.get("step")) ?? "provider";
  const [typed, setTyped] = useState<Typed>({
    provider: "",
    standingReason: "",
    reason: "",
    basis: "",
    exclusion: "",
    rates: Object.fromEntries(known.lines.map((line) => [line.key, line.fixed ?? ""])),
    startsOn: urgent ? "" : known.starts_on,
    weeks: String(urgent ? Math.min(known.urgent_weeks_max, known.initial_term_weeks) : known.initial_term_weeks),
  });
  const set = <K extends keyof Typed>(key: K) => (value: Typed[K]) => setTyped((before) => ({ ...before, [key]: value }));
  const chosen = known.providers.find((one) => one.id === typed.provider);
  // A page opened in the middle begins at the beginning: nothing is typed yet.
  const step: Step = chosen ? asked : "provider";
  const go = (to: Step) => setSearch({ step: to });
  const basis = urgent ? known.urgent_basis : known.choice_basis;
  const usable = known.providers.filter((one) =>
    urgent ? one.standing === "admitted" : !["no_new_work", "suspended", "removed", "refused"].includes(one.standing ?? ""),
  );
  const act = useAct(
    (body: NewDirectAward, key) =>
      must(api.POST("/api/packages/{id}/direct-award", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (made) => {
        cache.setQueryData(directAward(made.id).queryKey, made);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void cache.invalidateQueries({ queryKey: ["direct-awards"] });
        announce("Proposed. It now waits for approval.");
        void navigate(`/direct-awards/${made.id}`, { replace: true });
      },
    },
  );
  const price = priceOf(known.lines.map((line) => ({ quantity: line.quantity, unit: line.unit, rate: typed.rates[line.key] ?? "" })));
  const title = urgent ? "Urgent award" : "Award to the provider that the person chose";
  const at = STEPS.indexOf(step);

  const headings: Record<Step, string> = {
    provider: urgent ? "Which provider can begin?" : "Which provider did the person choose?",
    reason: urgent ? "Why it cannot wait" : "Why it is right",
    exclusion: "Check that it is not excluded",
    price: "Rates and term",
    check: "Check before you propose it",
  };
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [step]);

  const part = (submit: () => FieldErrors | void, children: ReactNode) => (
    <Form onSubmit={submit}>
      {children}
      <Submit>Continue</Submit>
    </Form>
  );

  const pages: Record<Step, () => ReactNode> = {
    provider: () =>
      part(
        () => {
          if (!typed.provider) return { provider_id: "Choose a provider" };
          if (chosen?.standing !== "admitted" && !typed.standingReason.trim())
            return { standing_reason: "Say why a provider that is not admitted may be used" };
          go("reason");
        },
        (
          <>
            {urgent ? (
              <p className="govuk-body fl-prose">
                An urgent award is for care that must start before bids can be asked for, such as a discharge from hospital. It is for
                at most {weeksWords(known.urgent_weeks_max)}, and somebody else reviews it within {known.urgent_review_days} days. For
                what follows, write a package of its own and advertise it.
              </p>
            ) : known.preference ? (
              <Inset>
                <p className="govuk-body govuk-!-margin-bottom-1">What the person prefers, as the package has it:</p>
                <span className="fl-typed">{known.preference}</span>
              </Inset>
            ) : (
              <Inset>No preference is recorded in the package. Record it there first: the award rests on it.</Inset>
            )}
            <Select
              name="provider_id"
              label="Provider"
              hint={urgent ? "Those that are admitted to the category." : "Those that get no new work, or were refused or removed, cannot be chosen."}
              choices={usable.map((one) => ({ value: one.id, words: `${one.name} (${standing(one)})` }))}
              value={typed.provider}
              onChange={set("provider")}
            />
            {chosen && chosen.standing !== "admitted" ? (
              <TextArea
                name="standing_reason"
                label="Why it may be used, though it is not admitted"
                hint="For example, how it was checked. Kept with the award."
                value={typed.standingReason}
                onChange={set("standingReason")}
              />
            ) : null}
          </>
        ),
      ),
    reason: () =>
      part(
        () => {
          if (!typed.reason.trim()) return { reason: urgent ? "Say why it cannot wait" : "Say why it is in the person’s best interests" };
          if (!basis && !typed.basis.trim()) return { basis: "Record the council’s basis" };
          go("exclusion");
        },
        (
          <>
            <TextArea
              name="reason"
              label={urgent ? "Why care must start before bids can be asked for" : "Why this is in the person’s best interests"}
              hint="Read by officers alone, and kept with the award."
              rows={5}
              value={typed.reason}
              onChange={set("reason")}
            />
            {basis ? <p className="govuk-body">In law it rests on: {basis}.</p> : null}
            {basis ? null : (
              <TextArea
                name="basis"
                label="The council’s own basis"
                hint="The law under which this market stands names no such award. Record what it rests on, such as standing orders or legal advice."
                rows={3}
                value={typed.basis}
                onChange={set("basis")}
              />
            )}
          </>
        ),
      ),
    exclusion: () =>
      part(
        () => {
          if (!typed.exclusion.trim()) return { exclusion_check: "Say what you checked" };
          go("price");
        },
        chosen ? (
          <>
            <SummaryList
              rows={[
                ["Provider", chosen.name],
                ["Standing", standing(chosen)],
              ]}
            />
            {chosen.declared.length > 0 ? (
              <Details summary={`What it declared (${chosen.declared.length})`}>
                <ul className="govuk-list govuk-list--bullet">
                  {chosen.declared.map((words) => (
                    <li key={words}>{words}</li>
                  ))}
                </ul>
              </Details>
            ) : null}
            {chosen.not_declared.length > 0 ? (
              <>
                <p className="govuk-body govuk-!-font-weight-bold">It has not declared:</p>
                <ul className="govuk-list govuk-list--bullet">
                  {chosen.not_declared.map((words) => (
                    <li key={words}>{words}</li>
                  ))}
                </ul>
              </>
            ) : null}
            <TextArea
              name="exclusion_check"
              label="What you checked of the grounds for exclusion"
              hint="For example, that its declarations were read on what day and still hold."
              value={typed.exclusion}
              onChange={set("exclusion")}
            />
          </>
        ) : null,
      ),
    price: () =>
      part(
        () => {
          const wrong: FieldErrors = {};
          known.lines.forEach((line, n) => {
            if (wireAmount(typed.rates[line.key] ?? "") === null) wrong[`rates[${n}].rate`] = `Enter a rate for ${line.label}, such as 14.10`;
          });
          if (!typed.startsOn) wrong.starts_on = "Enter the day on which care starts";
          if (!/^\d{1,3}$/.test(typed.weeks.trim())) wrong.term_weeks = "Enter the term in whole weeks";
          else if (urgent && Number(typed.weeks) > known.urgent_weeks_max)
            wrong.term_weeks = `An urgent award is for at most ${weeksWords(known.urgent_weeks_max)}`;
          if (Object.keys(wrong).length > 0) return wrong;
          go("check");
        },
        (
          <>
            {known.lines.map((line, n) => (
              <Input
                key={line.key}
                name={`rates[${n}].rate`}
                label={`${line.label}: ${plain(line.quantity)} ${unitQuantity[line.unit]}`}
                hint={limits(line)}
                prefix="£"
                suffix={unitRate[line.unit]}
                width={10}
                numeric
                readOnly={!!line.fixed}
                value={typed.rates[line.key] ?? ""}
                onChange={(rate) => set("rates")({ ...typed.rates, [line.key]: rate })}
              />
            ))}
            {price.missing === 0 ? (
              <p className="govuk-body">
                Together <strong>{pounds(price.weekly)}</strong> a week, {pounds(price.yearly)} a year.
              </p>
            ) : null}
            <Input name="starts_on" type="date" width={10} label="Care starts on" value={typed.startsOn} onChange={set("startsOn")} />
            <Input
              name="term_weeks"
              width={4}
              numeric
              label="Term"
              hint={urgent ? `At most ${weeksWords(known.urgent_weeks_max)}.` : "Every contract has a term."}
              suffix="weeks"
              value={typed.weeks}
              onChange={set("weeks")}
            />
          </>
        ),
      ),
    check: () => (
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          act.mutate({
            route,
            provider_id: typed.provider,
            reason: typed.reason.trim(),
            basis: typed.basis.trim() || null,
            exclusion_check: typed.exclusion.trim(),
            standing_reason: chosen?.standing === "admitted" ? null : typed.standingReason.trim(),
            rates: known.lines.map((line) => ({ key: line.key, rate: wireAmount(typed.rates[line.key] ?? "") ?? "" })),
            starts_on: typed.startsOn,
            term_weeks: Number(typed.weeks),
          });
        }}
      >
        <SummaryList
          rows={(
            [
              ["Provider", chosen ? `${chosen.name} (${standing(chosen)})` : "", "provider"],
              typed.standingReason && chosen?.standing !== "admitted" ? ["Why it may be used", typed.standingReason, "provider"] : null,
              [urgent ? "Why it cannot wait" : "Why it is in their best interests", typed.reason, "reason"],
              ["Legal basis", [basis, typed.basis].filter(Boolean).join(". "), "reason"],
              ["Check of exclusion", typed.exclusion, "exclusion"],
              ["Price", `${pounds(price.weekly)} a week, ${pounds(price.yearly)} a year`, "price"],
              ["Starts", typed.startsOn ? longDay(typed.startsOn) : "", "price"],
              ["Term", weeksWords(Number(typed.weeks)), "price"],
            ] as ([string, string, Step] | null)[]
          ).map((row) =>
            row
              ? [
                  row[0],
                  <span key={row[0]}>
                    <span className="fl-typed">{row[1]}</span>{" "}
                    <button type="button" className="govuk-link fl-plain-button" onClick={() => go(row[2])}>
                      Change<span className="govuk-visually-hidden"> {row[0].toLowerCase()}</span>
                    </button>
                  </span>,
                ]
              : null,
          )}
        />
        <p className="govuk-body">Those who can approve it are told by email, with nothing of the person in it.</p>
        <Submit busy={act.isPending}>Propose the award</Submit>
      </Form>
    ),
  };

  return (
    <Page title={title} caption={`${known.market_name}: ${known.title}`} back={{ to: `/packages/${id}`, words: "The package" }}>
      <p className="govuk-body fl-quiet">
        Step {at + 1} of {STEPS.length}
      </p>
      <div className="fl-prose" key={step}>
        <h2 className="govuk-heading-m" tabIndex={-1} ref={heading}>
          {headings[step]}
        </h2>
        {pages[step]()}
        {at > 0 ? (
          <Button kind="secondary" onClick={() => go(STEPS[at - 1]!)}>
            Go back a step
          </Button>
        ) : null}
      </div>
    </Page>
  );
}

export default function ProposePage() {
  const { id = "", route = "" } = useParams();
  const query = useQuery({ ...naming(id), staleTime: Infinity });
  const kind: Route | null = route === "urgent" ? "urgent" : route === "choice" ? "user_choice" : null;
  if (!kind) return <NotFound />;
  return <Await query={query}>{(known) => <Propose key={route} id={id} route={kind} known={known} />}</Await>;
}
