// Entering and ending what a scheme is made of: one form for each, and afterwards what is amiss because of it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import type { DecisionKind, Entered, SchemePage } from "../../api/types";
import { announce } from "../../govuk/announce";
import { kinds, kindWords } from "../../govuk/cover";
import { Checkboxes, type FieldErrors, Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { londonDay, longDay } from "../../govuk/london";
import { Await, NotFound, Page } from "../../govuk/page";
import { Done, Inset } from "../../govuk/show";
import { Findings } from "./Findings";
import { scheme as schemeQuery } from "./queries";
import "./scheme.scss";
import { daysWords, limitWords, tenureWords } from "./words";

interface FormProps {
  scheme: SchemePage;
  today: string;
  done: (entered: Entered) => void;
}

const empty = (typed: string) => typed.trim() || null;
const sum = (typed: string) => typed.replace(/[£,\s]/g, "") || null;

/** To which market, and under which key */
type Order = { params: { path: { id: string } }; headers: ReturnType<typeof keyed> };
type Field<T> = <K extends keyof T & string>(name: K) => { name: K; value: T[K]; onChange: (value: T[K]) => void };

interface EntryProps<T> {
  market: string;
  begin: T;
  /** What must not be empty, and what is said where it is */
  wanted: (typed: T) => Record<string, [value: string, words: string]>;
  enter: (typed: T, order: Order) => Promise<Entered>;
  button: string;
  /** Whether it takes something away */
  ends?: boolean;
  done: (entered: Entered) => void;
  children: (field: Field<T>, typed: T) => ReactNode;
}

/** A form that enters one thing: what is typed, what is missing, and sending it. */
function Entry<T extends object>({ market, begin, wanted, enter, button, ends, done, children }: EntryProps<T>) {
  const [typed, setTyped] = useState(begin);
  const field: Field<T> = (name) => ({
    name,
    value: typed[name],
    onChange: (value) => setTyped((before) => ({ ...before, [name]: value })),
  });
  const act = useAct((body: T, key) => enter(body, { params: { path: { id: market } }, headers: keyed(key) }), { onDone: done });
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const missing = Object.entries(wanted(typed)).filter(([, [value]]) => !value.trim());
        if (missing.length > 0) return Object.fromEntries(missing.map(([name, [, words]]) => [name, words])) as FieldErrors;
        act.mutate(typed);
      }}
    >
      {children(field, typed)}
      <Submit kind={ends ? "warning" : undefined} busy={act.isPending}>
        {button}
      </Submit>
    </Form>
  );
}

/** Why it is done: asked of every change but a decision, which has its own paper */
function Why({ label, ...field }: { label: string; name: string; value: string; onChange: (value: string) => void }) {
  return <TextArea {...field} label={label} hint="It stands in the market’s history, for every officer to read." rows={3} />;
}

const MISSING_WHY = "Enter why";

function DecisionForm({ scheme, done }: FormProps) {
  return (
    <Entry
      market={scheme.market_id}
      begin={{ body: "", taken_on: "", title: "", reference: "", document: "", public: "true" }}
      wanted={(typed) => ({
        body: [typed.body, "Enter who decided, such as Cabinet"],
        taken_on: [typed.taken_on, "Enter the day of the decision"],
        title: [typed.title, "Enter the title of the report or item"],
        reference: [typed.reference, "Enter the minute or recommendation"],
      })}
      enter={(typed, order) => {
        const body = { ...typed, public: typed.public === "true", document: empty(typed.document) };
        return must(api.POST("/api/markets/{id}/scheme/decisions", { ...order, body }));
      }}
      button="Enter the decision"
      done={done}
    >
      {(field) => (
        <>
          <Input {...field("body")} label="Who decided" hint="Such as Cabinet, or a committee." />
          <Input {...field("taken_on")} label="Day of the decision" type="date" width={10} />
          <Input {...field("title")} label="Title of the report or item" />
          <Input {...field("reference")} label="Minute or recommendation" />
          <Radios
            {...field("public")}
            label="May the public read it?"
            labelSize="s"
            small
            choices={[
              { value: "true", words: "Yes" },
              { value: "false", words: "No, it is exempt" },
            ]}
          />
          <Input {...field("document")} label="Web address of the document (optional)" hint="It begins with https://" />
        </>
      )}
    </Entry>
  );
}

const NOTHING_GIVEN = {
  limit_yearly: "",
  limit_contract: "",
  categories: [] as string[],
  kinds: [] as string[],
  pass: "no",
  levels: "",
  valid_to: "",
  conditions: "",
  reason: "",
};

function DelegationForm({ scheme, today, done }: FormProps) {
  const [search] = useSearchParams();
  return (
    <Entry
      market={scheme.market_id}
      begin={{ ...NOTHING_GIVEN, from: search.get("from") ?? "", to_post_id: search.get("to") ?? "", valid_from: today }}
      wanted={(typed) => ({
        from_post_id: [typed.from, "Choose which decision or post it comes from"],
        to_post_id: [typed.to_post_id, "Choose the post that it empowers"],
        valid_from: [typed.valid_from, "Enter its first day"],
        levels: [typed.pass !== "levels" || /^\d+$/.test(typed.levels) ? "yes" : "", "Enter how many levels, such as 1"],
        reason: [typed.reason, MISSING_WHY],
      })}
      enter={({ from, pass, levels, ...typed }, order) => {
        const [what, source] = from.split(":");
        const body = {
          ...typed,
          from_decision_id: what === "decision" ? source : null,
          from_post_id: what === "post" ? source : null,
          limit_yearly: sum(typed.limit_yearly),
          limit_contract: sum(typed.limit_contract),
          kinds: typed.kinds as DecisionKind[],
          may_pass_on: pass !== "no",
          levels: pass === "levels" ? Number(levels) : null,
          valid_to: empty(typed.valid_to),
          conditions: empty(typed.conditions),
        };
        return must(api.POST("/api/markets/{id}/scheme/delegations", { ...order, body }));
      }}
      button="Enter the delegation"
      done={done}
    >
      {(field, typed) => (
        <>
          <Select
            {...field("from")}
            name="from_post_id"
            label="From"
            hint="A decision of members, or a post that may pass on what it has."
            choices={[
              ...scheme.decisions.map((one) => ({ value: `decision:${one.id}`, words: `${one.body}, ${longDay(one.taken_on)}` })),
              ...scheme.posts.map((one) => ({ value: `post:${one.id}`, words: one.title })),
            ]}
          />
          <Select {...field("to_post_id")} label="To the post" choices={scheme.posts.map((one) => ({ value: one.id, words: one.title }))} />
          <Input
            {...field("limit_yearly")}
            label="Most it may approve by the value of a year (optional)"
            hint="Leave it empty where there is no limit."
            prefix="£"
            width={10}
            numeric
          />
          <Input
            {...field("limit_contract")}
            label="Most it may approve by the value of the whole contract (optional)"
            prefix="£"
            width={10}
            numeric
          />
          <Checkboxes
            {...field("kinds")}
            values={typed.kinds}
            label="What may be decided"
            labelSize="s"
            hint="Choose none for everything."
            choices={kinds.map((kind) => ({ value: kind, words: kindWords[kind] }))}
          />
          {scheme.categories.length > 1 ? (
            <Checkboxes
              {...field("categories")}
              values={typed.categories}
              label="In which categories"
              labelSize="s"
              hint="Choose none for all of them."
              choices={scheme.categories.map((one) => ({ value: one.id, words: one.name }))}
            />
          ) : null}
          <Radios
            {...field("pass")}
            label="May it be passed on?"
            labelSize="s"
            small
            choices={[
              { value: "no", words: "No" },
              { value: "levels", words: "Yes, down so many levels" },
              { value: "yes", words: "Yes, without a limit of levels" },
            ]}
          />
          {typed.pass === "levels" ? <Input {...field("levels")} label="Levels" width={3} numeric /> : null}
          <Input {...field("valid_from")} label="First day" type="date" width={10} />
          <Input {...field("valid_to")} label="Last day (optional)" type="date" width={10} />
          <TextArea {...field("conditions")} label="Conditions (optional)" hint="Every approval under it cites them." rows={2} limit={600} />
          <Why {...field("reason")} label="Why it is given" />
        </>
      )}
    </Entry>
  );
}

function RevocationForm({ scheme, today, done }: FormProps) {
  const [search] = useSearchParams();
  const revoked = scheme.delegations.find((one) => one.id === search.get("delegation"));
  if (!revoked) return <p className="govuk-body">Choose a delegation to revoke on the scheme’s page.</p>;
  const post = scheme.posts.find((one) => one.id === revoked.to_post_id)?.title;
  return (
    <>
      <Inset>
        To {post}: {limitWords(revoked)}. {daysWords(revoked)}. {revoked.slug}
      </Inset>
      <p className="govuk-body fl-prose">What was approved under it stands, and cites it as it was.</p>
      <Entry
        market={scheme.market_id}
        begin={{ revoked_on: today, reason: "" }}
        wanted={(typed) => ({
          revoked_on: [typed.revoked_on, "Enter the first day on which it is no more"],
          reason: [typed.reason, MISSING_WHY],
        })}
        enter={(typed, order) =>
          must(api.POST("/api/markets/{id}/scheme/revocations", { ...order, body: { ...typed, delegation_id: revoked.id } }))
        }
        button="Revoke the delegation"
        ends
        done={done}
      >
        {(field) => (
          <>
            <Input {...field("revoked_on")} label="The first day on which it is no more" type="date" width={10} />
            <Why {...field("reason")} label="Why it is revoked" />
          </>
        )}
      </Entry>
    </>
  );
}

function PostForm({ scheme, done }: FormProps) {
  return (
    <Entry
      market={scheme.market_id}
      begin={{ title: "", reason: "" }}
      wanted={(typed) => ({ title: [typed.title, "Enter the post’s title"], reason: [typed.reason, MISSING_WHY] })}
      enter={(body, order) => must(api.POST("/api/markets/{id}/scheme/posts", { ...order, body }))}
      button="Create the post"
      done={done}
    >
      {(field) => (
        <>
          <Input {...field("title")} label="Title of the post" hint="It is the authority’s, so its other markets can use it too." />
          <Why {...field("reason")} label="Why it is created" />
        </>
      )}
    </Entry>
  );
}

function HolderForm({ scheme, today, done }: FormProps) {
  const [search] = useSearchParams();
  return (
    <Entry
      market={scheme.market_id}
      begin={{ post_id: search.get("post") ?? "", account_id: "", tenure: "substantive", from: today, to: "", reason: "" }}
      wanted={(typed) => ({
        post_id: [typed.post_id, "Choose the post"],
        account_id: [typed.account_id, "Choose who is to hold it"],
        from: [typed.from, "Enter the first day"],
        reason: [typed.reason, MISSING_WHY],
      })}
      enter={(typed, order) => {
        const body = { ...typed, tenure: typed.tenure as keyof typeof tenureWords, to: empty(typed.to) };
        return must(api.POST("/api/markets/{id}/scheme/holders", { ...order, body }));
      }}
      button="Appoint"
      done={done}
    >
      {(field) => (
        <>
          <Select {...field("post_id")} label="Post" choices={scheme.posts.map((one) => ({ value: one.id, words: one.title }))} />
          <Select
            {...field("account_id")}
            label="Who is to hold it"
            hint="An officer of the authority. Nobody appoints themselves."
            choices={scheme.officers.map((one) => ({ value: one.account_id, words: one.name }))}
          />
          <Radios
            {...field("tenure")}
            label="How"
            labelSize="s"
            small
            choices={[
              { value: "substantive", words: "Substantively" },
              { value: "acting", words: "Acting up" },
              { value: "absence_cover", words: "As absence cover" },
              { value: "job_share", words: "In a job share" },
            ]}
          />
          <Input {...field("from")} label="First day" type="date" width={10} />
          <Input {...field("to")} label="Last day (optional)" type="date" width={10} />
          <Why {...field("reason")} label="Why" />
        </>
      )}
    </Entry>
  );
}

function EndingForm({ scheme, today, done }: FormProps) {
  const [search] = useSearchParams();
  const post = scheme.posts.find((one) => one.holders.some((holder) => holder.id === search.get("holder")));
  const holder = post?.holders.find((one) => one.id === search.get("holder"));
  if (!post || !holder) return <p className="govuk-body">Choose a tenure to end on the scheme’s page.</p>;
  return (
    <>
      <Inset>
        {holder.name}, {post.title}, {tenureWords[holder.tenure]}, from {longDay(holder.from)}
        {holder.to ? ` to ${longDay(holder.to)}` : ""}
      </Inset>
      <Entry
        market={scheme.market_id}
        begin={{ last_day: today, reason: "" }}
        wanted={(typed) => ({ last_day: [typed.last_day, "Enter the last day"], reason: [typed.reason, MISSING_WHY] })}
        enter={(typed, order) =>
          must(api.POST("/api/markets/{id}/scheme/endings", { ...order, body: { ...typed, holder_id: holder.id } }))
        }
        button="End the tenure"
        ends
        done={done}
      >
        {(field) => (
          <>
            <Input {...field("last_day")} label="Last day" hint="They may still approve on this day." type="date" width={10} />
            <Why {...field("reason")} label="Why it ends" />
          </>
        )}
      </Entry>
    </>
  );
}

const forms: Record<string, { title: string; done: string; form: (props: FormProps) => ReactNode }> = {
  decision: { title: "Enter a decision of members", done: "The decision is entered.", form: DecisionForm },
  delegation: { title: "Enter a delegation", done: "The delegation is entered.", form: DelegationForm },
  revocation: { title: "Revoke a delegation", done: "The delegation is revoked.", form: RevocationForm },
  post: { title: "Create a post", done: "The post is created.", form: PostForm },
  holder: { title: "Appoint somebody to a post", done: "The appointment is entered.", form: HolderForm },
  ending: { title: "End a tenure", done: "The end of the tenure is entered.", form: EndingForm },
};

export default function ChangePage() {
  const { id = "", what = "" } = useParams();
  const cache = useQueryClient();
  const today = londonDay(useServerNow(60_000));
  const [entered, setEntered] = useState<Entered | null>(null);
  const chosen = forms[what];
  const query = useQuery(schemeQuery(id));
  if (!chosen) return <NotFound />;
  const Chosen = chosen.form;
  const back = `/markets/${id}/scheme`;
  return (
    <Await query={query}>
      {(scheme) => (
        <Page title={chosen.title} caption={scheme.market_name} back={{ to: back, words: "Scheme of delegation" }}>
          {entered ? (
            <>
              <Done title={chosen.done}>
                <Link to={back} className="govuk-notification-banner__link">
                  See the scheme
                </Link>
              </Done>
              {entered.findings.length > 0 ? (
                <>
                  <h2 className="govuk-heading-m">Look at this</h2>
                  <p className="govuk-body">It stands all the same.</p>
                  <Findings findings={entered.findings} />
                </>
              ) : (
                <p className="govuk-body">Nothing is amiss because of it.</p>
              )}
            </>
          ) : scheme.may_change ? (
            <div className="fl-prose">
              <Chosen
                scheme={scheme}
                today={today}
                done={(now) => {
                  setEntered(now);
                  announce(chosen.done);
                  void cache.invalidateQueries({ queryKey: ["markets", id] });
                }}
              />
            </div>
          ) : (
            <p className="govuk-body">Only a procurement officer of {scheme.authority_name} changes the scheme.</p>
          )}
        </Page>
      )}
    </Await>
  );
}
