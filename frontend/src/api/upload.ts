// Sending a file, with how far it has come: fetch does not tell that.
import { Refused, sessionEnded, Unreachable } from "./client";
import type { Document, Problem } from "./types";

export const DOCUMENT_BYTES_MAX = 10_000_000;

/** RFC 5987: names of files are not plain letters, and headers are. */
function asHeader(name: string): string {
  const coded = encodeURIComponent(name).replace(/['()*!]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename*=UTF-8''${coded}`;
}

const UNKNOWN: Problem = {
  type: "about:blank",
  title: "Something went wrong",
  status: 500,
  code: "unknown",
  detail: "Something went wrong at our end, and the document was not kept. Try again in a moment.",
  field: null,
  problems: [],
};

function problem(text: string): Problem {
  try {
    return { ...UNKNOWN, ...(JSON.parse(text) as Partial<Problem>) };
  } catch {
    return UNKNOWN;
  }
}

/** Sends a file; throws `Refused` or `Unreachable`. `told` hears what share of it has gone, from 0 to 1. */
export function upload(file: File, key: string, told: (share: number) => void, stop: AbortSignal): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/documents");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Content-Disposition", asHeader(file.name));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) told(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Document);
      else {
        if (request.status === 401) sessionEnded();
        reject(new Refused({ ...problem(request.responseText), status: request.status }));
      }
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    stop.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

const KINDS: Record<Document["kind"], string> = { pdf: "PDF", docx: "Word", xlsx: "Excel", png: "PNG", jpeg: "JPEG" };

/** "PDF, 1.2 MB" */
export function whatItIs(document: Pick<Document, "kind" | "size">): string {
  const kilo = document.size / 1_000;
  const size = kilo < 1_000 ? `${Math.max(1, Math.round(kilo))} kB` : `${(kilo / 1_000).toFixed(1)} MB`;
  return `${KINDS[document.kind]}, ${size}`;
}
