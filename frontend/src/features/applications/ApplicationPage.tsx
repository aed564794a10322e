// A request to join as a list of tasks: several people write it, over days.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { ApplicationPage as Application } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { Inset, Tag, When } from "../../govuk/show";
import "./applications.scss";
import { application } from "../../api/joining";
import { stateColours, stateWords } from "./words";

function Tasks({ page }: { page: Application }) {
  const here = `/markets/${page.market_id}/join/${page.category_id}`;
  const done = page.sections.filter(({ state }) => state === "completed").length;
  return (
    <Page
      title={`Ask to join: ${page.category_name}`}
      caption={page.market_name}
      back={{ to: `/markets/${page.market_id}`, words: page.market_name }}
      authority={{ name: page.authority_name, colour: page.authority_colour }}
    >
      <div className="fl-prose">
        <p className="govuk-body">{page.needs}</p>
        {page.closed ? (
          <Inset className="fl-not-yet">
            <p className="govuk-body">{page.closed}</p>
            {page.enrolment_id ? (
              <p className="govuk-body">
                <Link to={`/enrolments/${page.enrolment_id}`} className="govuk-link">
                  Your standing here
                </Link>
              </p>
            ) : null}
          </Inset>
        ) : (
          <Inset>
            The council decides within {page.decide_within_working_days} working days of receiving this, or within{" "}
            {page.decide_within_working_days_extended} if it records why. You will be told the reasons either way.
          </Inset>
        )}
        <h2 className="govuk-heading-m">
          {done} of {page.sections.length} sections completed
        </h2>
        <p className="govuk-body">
          Everything is saved as you write, and your colleagues can write with you. Nobody else reads it until it is sent.
          {page.begun_at ? (
            <>
              {" "}
              Begun <When at={page.begun_at} />.
            </>
          ) : null}
        </p>
        <ul className="fl-task-list">
          {page.sections.map(({ id, title, state }) => (
            <li key={id} className="govuk-body">
              <Link to={`${here}/${id}`} className="govuk-link" aria-describedby={`state-${id}`}>
                {title}
              </Link>
              <span id={`state-${id}`}>
                <Tag colour={stateColours[state]}>{stateWords[state]}</Tag>
              </span>
            </li>
          ))}
        </ul>
        <p className="govuk-body">
          What your{" "}
          <Link to="/passport" className="govuk-link">
            passport
          </Link>{" "}
          answers is filled in for you.
        </p>
        <Link to={`${here}/check`} className="govuk-button">
          Check your answers
        </Link>
      </div>
    </Page>
  );
}

export default function ApplicationPage() {
  const { category = "" } = useParams();
  return <Await query={useQuery(application(category))}>{(page) => <Tasks page={page} />}</Await>;
}
