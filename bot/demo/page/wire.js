// The line to the backend: the state, what changes, what is done.

/** Everything the panes show. */
export async function fetchState() {
  const answer = await fetch("/state");
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  return answer.json();
}

/** What has been shown until now: `first` {messages, keyboards}, `frames` [{at, scene, change}], `scenes` until now. */
export async function fetchFilm() {
  const answer = await fetch("/film");
  if (!answer.ok) throw new Error(`film: ${answer.status}`);
  return answer.json();
}

/** Changes after event `at`, each given to `onChange`; `onLine(true|false)` says whether the line is up. */
export function listen(at, onChange, onLine) {
  const source = new EventSource(`/events?after=${encodeURIComponent(at)}`);
  source.onopen = () => onLine(true);
  source.onerror = () => onLine(false); // the browser tries again by itself, from the last event it had
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  return source;
}

/** It was refused: `code` has a sentence in words.js, `message` says more. */
export class Refused extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

/** Do something with a phone, or with the clock; raises Refused. */
export async function act(what, files = []) {
  let answer;
  try {
    answer = await fetch("/act", { method: "POST", ...body(what, files) });
  } catch (error) {
    throw new Refused("network", String(error));
  }
  const told = await answer.json().catch(() => ({ ok: false, error: "other", detail: String(answer.status) }));
  if (!told.ok) throw new Refused(told.error, told.detail);
  return told;
}

function body(what, files) {
  if (files.length === 0) return { headers: { "content-type": "application/json" }, body: JSON.stringify(what) };
  const form = new FormData();
  form.set("act", JSON.stringify(what));
  for (const file of files) form.append("photo", file, file.name || "photo.jpg");
  return { body: form };
}
