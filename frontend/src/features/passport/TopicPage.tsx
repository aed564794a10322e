// One topic of the passport.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, isStatus, keyed, must } from "../../api/client";
import type { PassportEntry } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Submit, TextArea } from "../../govuk/form";
import { Await, NotFound, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { wordsIn, wordsLeft } from "../../govuk/counting";
import { passport } from "../../api/joining";

type Referee = PassportEntry["referees"][number];

const NOBODY: Referee = { organisation: "", service: "", role: "", email: "" };

/** Who can speak for the provider: one organisation under another. */
function Referees({ list, most, change }: { list: Referee[]; most: number; change: (list: Referee[]) => void }) {
  const set = (at: number, part: Partial<Referee>) => change(list.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <>
      {list.map((one, at) => (
        <fieldset key={at} className="govuk-fieldset govuk-!-margin-bottom-6">
          <legend className="govuk-fieldset__legend govuk-fieldset__legend--m">Organisation {at + 1}</legend>
          <Input
            name={`referees[${at}].organisation`}
            label="Its name"
            value={one.organisation}
            onChange={(organisation) => set(at, { organisation })}
          />
          <Input
            name={`referees[${at}].service`}
            label="What you do or did for it"
            hint="Such as: supported living for eight people, since 2021"
            value={one.service}
            onChange={(service) => set(at, { service })}
          />
          <Input
            name={`referees[${at}].role`}
            label="Role to write to"
            hint="Such as: commissioning team. Name no person"
            value={one.role}
            onChange={(role) => set(at, { role })}
          />
          <Input
            name={`referees[${at}].email`}
            label="Email address"
            type="email"
            value={one.email}
            onChange={(email) => set(at, { email })}
          />
          {list.length > 1 ? (
            <Button kind="secondary" onClick={() => change(list.filter((_, place) => place !== at))}>
              Remove organisation {at + 1}
            </Button>
          ) : null}
        </fieldset>
      ))}
      {list.length < most ? (
        <Button kind="secondary" onClick={() => change([...list, NOBODY])}>
          Add another organisation
        </Button>
      ) : null}
    </>
  );
}

function Topic({ entry, wordsMax, refereesMax }: { entry: PassportEntry; wordsMax: number; refereesMax: number }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const references = entry.topic === "references";
  const [answer, setAnswer] = useState(entry.answer ?? "");
  const [referees, setReferees] = useState(entry.referees.length > 0 ? entry.referees : [NOBODY]);
  const [revision, setRevision] = useState(entry.revision);
  const act = useAct(
    (body: { answer?: string; referees?: Referee[]; revision: number }, key) =>
      must(api.PUT("/api/passport", { body: { topic: entry.topic, ...body }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(passport.queryKey, after);
        void cache.invalidateQueries({ queryKey: ["application"] });
        announce(`${entry.words}: saved.`);
        void navigate("/passport");
      },
    },
  );
  const meanwhile = isStatus(act.error, 412);
  return (
    <Page title={entry.words} caption="Your passport" back={{ to: "/passport", words: "Your passport" }}>
      <div className="fl-prose">
        {entry.relied_on.length > 0 ? (
          <Inset>
            {entry.relied_on.length === 1 ? "One request relies" : `${entry.relied_on.length} requests rely`} on this answer. Each council is
            told when you change it, and what you sent counts until it accepts the change.
          </Inset>
        ) : null}
        {meanwhile ? (
          <Inset className="fl-not-yet">
            <p className="govuk-body govuk-!-font-weight-bold">{entry.answered_by ?? "A colleague"} wrote this meanwhile:</p>
            <p className="govuk-body fl-typed">{entry.answer}</p>
            <div className="fl-button-row">
              <Button kind="secondary" onClick={() => (setRevision(entry.revision), act.reset())}>
                Keep what I wrote
              </Button>
              <Button
                kind="secondary"
                onClick={() => {
                  setRevision(entry.revision);
                  setAnswer(entry.answer ?? "");
                  setReferees(entry.referees);
                  act.reset();
                }}
              >
                Take what {entry.answered_by ?? "they"} wrote
              </Button>
            </div>
          </Inset>
        ) : null}
        <Form
          error={meanwhile ? null : act.error}
          busy={act.isPending}
          onSubmit={() => {
            if (!references && !answer.trim()) return { answer: "Enter your answer" };
            if (!references && wordsIn(answer) > wordsMax) return { answer: `Shorten your answer to ${wordsMax} words` };
            act.mutate(
              references ? { referees, revision } : { answer: answer.trim(), revision },
              { onError: (error) => isStatus(error, 412) && void cache.invalidateQueries({ queryKey: passport.queryKey }) },
            );
          }}
        >
          {references ? (
            <>
              <p className="govuk-hint">{entry.guidance}</p>
              <Referees list={referees} most={refereesMax} change={setReferees} />
            </>
          ) : (
            <>
              <TextArea
                name="answer"
                label="Your answer"
                labelSize="s"
                hint={`${entry.guidance} Name nobody whom you support. A market may ask for fewer words than ${wordsMax}.`}
                rows={12}
                value={answer}
                onChange={setAnswer}
              />
              <p className="govuk-body fl-small fl-quiet">{wordsLeft(answer, wordsMax)}</p>
            </>
          )}
          <Submit busy={act.isPending}>Save</Submit>
        </Form>
      </div>
    </Page>
  );
}

export default function TopicPage() {
  const { topic = "" } = useParams();
  return (
    <Await query={useQuery(passport)}>
      {(all) => {
        const entry = all.topics.find((one) => one.topic === topic);
        return entry ? <Topic key={entry.topic} entry={entry} wordsMax={all.words_max} refereesMax={all.referees_max} /> : <NotFound />;
      }}
    </Await>
  );
}
