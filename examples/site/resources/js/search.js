// A field for words on every page, and what it finds: sections that have them all, or longer ones
// that begin so, the nearest first. Without requests: it works for pages that are opened as files.
const root = document.currentScript.dataset.root;

function load(name) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = root + "/js/" + name;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

let loaded;
function index() {
  loaded ??= Promise.all([load("lunr.min.js"), load("search-index.js")]).then(() => {
    lunr.tokenizer.separator = /[^\p{L}\p{N}]+/u; // in code too
    return lunr(function () {
      this.pipeline.reset(); // words as they are written, names among them
      this.ref("place");
      this.field("page", { boost: 3 });
      this.field("heading", { boost: 5 });
      this.field("text");
      searchIndex.forEach((section, place) => this.add({ ...section, place }));
    });
  });
  return loaded;
}

async function find(words) {
  const sections = await index();
  const hits = sections.query((query) => {
    for (const word of lunr.tokenizer(words).map(String)) {
      query.term(word, { boost: 10 });
      query.term(word, {
        presence: lunr.Query.presence.REQUIRED,
        wildcard: lunr.Query.wildcard.TRAILING,
      });
    }
  });
  return hits.slice(0, 30).map((hit) => searchIndex[hit.ref]);
}

/** The text around the first of the words. */
function around(text, words) {
  const places = lunr
    .tokenizer(words)
    .map((word) => text.toLowerCase().indexOf(String(word)))
    .filter((place) => place >= 0);
  const from = text.lastIndexOf(" ", Math.max(0, Math.min(...places, text.length) - 60)) + 1;
  const start = places.length === 0 ? 0 : from;
  const end = start + 180;
  return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
}

function shown(section, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + "/" + section.address;
  link.textContent =
    section.page === section.heading ? section.page : section.page + ": " + section.heading;
  const text = document.createElement("p");
  text.textContent = around(section.text, words);
  item.append(link, text);
  return item;
}

function begin() {
  const form = document.createElement("form");
  form.id = "search";
  form.setAttribute("role", "search");
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Search";
  field.setAttribute("aria-label", "Search");
  const found = document.createElement("ol");
  found.setAttribute("aria-live", "polite");
  const chapters = document.createElement("a"); // which are below on narrow screens
  chapters.id = "chapters";
  chapters.href = "#leftColumn";
  chapters.textContent = "Chapters";
  form.append(chapters, field, found);
  document.getElementById("banner").after(form);

  async function update() {
    const words = field.value.trim();
    const sections = words ? await find(words) : [];
    if (words !== field.value.trim()) {
      return; // others were typed meanwhile
    }
    found.replaceChildren(...sections.map((section) => shown(section, words)));
    if (words && sections.length === 0) {
      found.textContent = "Nothing found.";
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", update);
  found.addEventListener("click", () => {
    field.value = "";
    update();
  });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  update();
}

begin();
