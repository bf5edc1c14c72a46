// What the daemon says. News come as server-sent events; where these do not get
// through, it is asked once a second.
const patience = 4000; // ms without news: then nobody is there
const again = 2000; // ms between attempts to listen

export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const lang = document.documentElement.lang.slice(0, 2);

// timed asks what time it is, and tells when that was and when the answer began.
export async function timed() {
  const asked = performance.now();
  const answer = await fetch("now", { cache: "no-store", signal: AbortSignal.timeout(patience) });
  const answered = performance.now();
  if (!answer.ok) throw new Error(String(answer.status));
  return { asked, answered, now: await answer.json() };
}

// watch calls hear with the news of each second, draw with what is drawn, and lost when
// there are no news for a while. It goes on for ever, but rests while nobody looks.
export function watch(hear, draw, lost) {
  let source = null;
  let last = 0;
  let polling = false;
  const took = (news) => {
    last = performance.now();
    hear(news);
  };
  const listen = () => {
    source?.close();
    source = new EventSource(`news?lang=${lang}`);
    source.onmessage = (event) => took(JSON.parse(event.data));
    for (const name of Object.keys(draw)) source.addEventListener(name, (event) => draw[name](JSON.parse(event.data)));
  };
  const poll = async () => {
    if (polling) return;
    polling = true;
    try {
      took(await ask(`news/once?lang=${lang}`));
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
