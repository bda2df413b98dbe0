// The rater's page: before, while and after. Which trial comes next is the server's to say.

import { Gone, Sender } from "./sending.js";
import { Stage } from "./stage.js";

const GUARD = 100; // ms: nobody answers a picture faster, so it is the last key still held
const UNDO = new Set(["z", "backspace"]);

const part = (id) => document.getElementById(id);
const stage = new Stage(part("stage"), trouble);
const sender = new Sender(trouble);

let state = null;
let introduced = null; // the question whose words have been read on this visit
let phase = "loading";
let asked = null; // { trial, since, shown, looks }

function enter(next) {
  phase = next;
  document.body.dataset.phase = next;
  for (const id of ["words", "trial", "end"]) part(id).hidden = true;
  const section = { words: "words", showing: "trial", asking: "trial", sending: "trial", end: "end" };
  if (section[next]) part(section[next]).hidden = false;
  part("undo").disabled = !(state?.last && ["words", "asking", "end"].includes(next));
  for (const button of part("choices").children) button.disabled = next !== "asking";
}

function trouble(there) {
  part("trouble").hidden = !there;
  if (there) {
    part("trouble").textContent = phase === "sending"
      ? "What you did last is not stored yet: the study does not respond. It is kept here and sent again; nothing is lost."
      : "The study does not respond. Trying again…";
  }
}

function go() {
  part("bar").max = Math.max(1, state.total);
  part("bar").value = state.answered;
  part("count").textContent = `${state.answered} of ${state.total}`;
  if (!state.trial) finish();
  else if (introduced !== state.trial.question) introduce(state.trial);
  else ask(state.trial);
}

function introduce(trial) {
  stage.preload([...trial.pictures, ...state.ahead]);
  part("title").textContent = trial.title;
  part("lines").replaceChildren(...trial.intro.map((line) => element("p", line)));
  const keys = trial.choices.flatMap((choice) => [
    element("dt", element("kbd", shown(choice.keys[0]))),
    element("dd", choice.text),
  ]);
  part("legend").replaceChildren(...keys);
  part("legend").className = `of-${trial.choices.length}`;
  part("begin").firstChild.data = state.answered ? "Go on " : "Begin ";
  enter("words");
  part("title").focus();
}

async function ask(trial) {
  const label = trial.label === null ? [] : [": ", element("q", trial.label), "?"];
  part("prompt").replaceChildren(trial.prompt, ...label);
  part("choices").replaceChildren(...trial.choices.map(button));
  part("choices").className = `of-${trial.choices.length}`;
  asked = { trial, since: null, shown: null, looks: look(trial) };
  enter("showing");
  await stage.prepare(trial.pictures, state.side);
  stage.preload(state.ahead);
  if (state.limit !== null) await stage.cross();
  asked.since = await stage.show();
  if (state.limit !== null) stage.cover(asked.since, state.limit).then((ms) => covered(trial, ms));
  setTimeout(() => asked?.trial === trial && phase === "showing" && enter("asking"), GUARD);
}

function covered(trial, milliseconds) {
  if (asked?.trial === trial) asked.shown = Math.round(milliseconds);
}

async function answer(choice, time) {
  if (phase !== "asking") return;
  const { trial, since, looks } = asked;
  const milliseconds = Math.max(0, Math.round(time - since));
  const shown = state.limit === null ? null : asked.shown ?? milliseconds;
  asked = null;
  mark(choice);
  enter("sending");
  await follow(
    sender.send("answer", { trial: trial.id, attempt: trial.attempt, choice, milliseconds, shown, looks })
  );
}

async function undo() {
  if (part("undo").disabled) return;
  asked = null;
  enter("sending");
  await follow(sender.send("undo", state.last));
}

async function follow(promise) {
  try {
    state = await promise;
    stage.clear();
    go();
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    enter("gone");
    part("trouble").hidden = false;
    part("trouble").textContent =
      "This address belongs to no study that is open here. What could not be sent is kept in this browser.";
  }
}

function finish() {
  part("disclosure").textContent = state.end;
  enter("end");
}

/** How often this trial's pictures have been shown, this time included. */
function look(trial) {
  const name = `zoo-looks ${location.pathname} ${trial.id}`;
  try {
    const looks = Number(localStorage.getItem(name) ?? 0) + 1;
    localStorage.setItem(name, looks);
    return Math.min(looks, 1000);
  } catch {
    return 1;
  }
}

function button({ choice, text, keys }) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.choice = choice;
  made.append(element("kbd", shown(keys[0])), element("span", text));
  made.addEventListener("click", (event) => {
    if (event.detail) made.blur(); // else Space would press it again
    answer(choice, event.timeStamp);
  });
  return made;
}

function mark(choice) {
  for (const made of part("choices").children) {
    made.classList.toggle("chosen", made.dataset.choice === choice);
  }
}

function element(name, content) {
  const made = document.createElement(name);
  made.append(content);
  return made;
}

const shown = (key) => key.toUpperCase();

addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const undoing = UNDO.has(key) && !event.altKey;
  if (event.repeat || event.altKey || ((event.ctrlKey || event.metaKey) && key !== "z")) return;
  if (undoing) {
    event.preventDefault();
    undo();
  } else if (phase === "words" && (key === " " || key === "enter")) {
    event.preventDefault();
    begin();
  } else if (phase === "asking") {
    const found = asked.trial.choices.find((choice) => choice.keys.includes(key));
    if (found) {
      event.preventDefault();
      answer(found.choice, event.timeStamp);
    }
  }
});

function begin() {
  if (phase !== "words") return;
  introduced = state.trial.question;
  ask(state.trial);
}

part("begin").addEventListener("click", begin);
part("undo").addEventListener("click", undo);
part("stage").addEventListener("click", (event) => {
  const place = [...part("stage").children].indexOf(event.target.closest(".slot"));
  if (place >= 0 && part("stage").children.length === 2) {
    answer(["left", "right"][place], event.timeStamp);
  }
});

follow(sender.begin());
