// What goes with an answer: it is sent as soon as it is chosen, and kept with the draft.
import { type ReactNode } from "react";
import type { Criterion, Document } from "../../api/types";
import { whatItIs } from "../../api/upload";
import { announce } from "../../govuk/announce";
import { FileInput } from "../../govuk/file";

export function Attachments({
  id,
  criterion,
  most,
  attached,
  closed,
  add,
  remove,
  onBusy,
}: {
  /** Of where the next document is chosen */
  id: string;
  criterion: Criterion;
  /** How many may go with the answer */
  most: number;
  attached: Document[];
  closed: boolean;
  add: (document: Document) => void;
  remove: (document: Document) => void;
  onBusy: (busy: boolean) => void;
}) {
  const full = attached.length >= most;
  const label: ReactNode = (
    <>
      {attached.length === 0 ? "Attach a document" : "Attach another document"}
      <span className="govuk-visually-hidden"> to the answer on {criterion.name}</span>
    </>
  );
  return (
    <div className="govuk-!-margin-bottom-4">
      {attached.length > 0 ? (
        <ul className="govuk-list" aria-label={`Documents with the answer on ${criterion.name}`}>
          {attached.map((document) => (
            <li key={document.id} className="fl-typed">
              <a href={`/api/documents/${document.id}/content`} className="govuk-link" download>
                {document.name} ({whatItIs(document)})
              </a>
              {closed ? null : (
                <>
                  {" "}
                  <button
                    type="button"
                    className="fl-plain-button"
                    onClick={() => {
                      remove(document);
                      announce(`${document.name} is taken off.`);
                      // The button is gone: where the next is chosen comes to be there.
                      setTimeout(() => window.document.getElementById(id)?.focus());
                    }}
                  >
                    Take off<span className="govuk-visually-hidden"> {document.name}</span>
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {closed ? null : full ? (
        <p className="govuk-body fl-small fl-quiet" id={id} tabIndex={-1}>
          {most === 1 ? "One document may go with this answer." : `${most} documents may go with this answer.`} Take one off to attach another.
        </p>
      ) : (
        <FileInput
          id={id}
          label={label}
          hint={`If it helps, for example a rota: ${most === 1 ? "one document" : `${most} documents`} at most, each a PDF, a Word document, an Excel workbook or a picture of up to 10 MB. Evaluators read it without its name and without yours: please do not name your organisation in it.`}
          without={attached}
          value={null}
          onChange={(document) => document && add(document)}
          onBusy={onBusy}
        />
      )}
    </div>
  );
}
