// What the daemon says. News come as server-sent events; where these do not get
// through, it is asked once a second.
const patience = 4000; // ms without news: then nobody is there
const again = 2000; // ms between attempts to listen

export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// timed asks for the status, and tells when that was and when the answer began.
export async function timed() {
  const asked = performance.now();
  const answer = await fetch("v1/status", { cache: "no-store", signal: AbortSignal.timeout(patience) });
  const answered = performance.now();
  if (!answer.ok) throw new Error(String(answer.status));
  return { asked, answered, status: await answer.json() };
}

// watch calls hear with each status, alarm when one is raised or cleared, and lost
// when there is no status for a while. It goes on for ever, but rests while nobody
// looks.
export function watch(hear, alarm, lost) {
  let source = null;
  let last = 0;
  let polling = false;
  const took = (status) => {
    last = performance.now();
    hear(status);
  };
  const listen = () => {
    source?.close();
    source = new EventSource("v1/watch");
    source.addEventListener("status", (event) => took(JSON.parse(event.data)));
    source.addEventListener("alarm", alarm);
  };
  const poll = async () => {
    if (polling) return;
    polling = true;
    try {
      took((await timed()).status);
    } catch {
      // the next one may be answered
    }
    polling = false;
  };
  let tried = 0;
  setInterval(() => {
    if (document.hidden) return;
    const silent = performance.now() - last;
    if (silent > patience) lost();
    if (silent > 2500) poll();
    if ((!source || source.readyState === EventSource.CLOSED || silent > patience) && performance.now() - tried > again) {
      tried = performance.now();
      listen();
    }
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close(); // a browser has six connections for all of its pages
      source = null;
    } else {
      last = performance.now(); // it was us who did not listen
      listen();
    }
  });
  listen();
}
