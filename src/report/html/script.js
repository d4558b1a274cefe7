// Sorting and searching of the table of documents. The page says everything without it.
"use strict";
(() => {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  // Thin spaces and the true minus are for people; what has no value sorts last.
  const number = (text) => {
    const plain = text.replace(/[\s\u202f]/g, "").replace("\u2212", "-");
    return plain === "" || plain === "\u2013" ? NaN : Number(plain);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    const status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");

    heads.forEach((head, column) => {
      const isNumber = head.classList.contains("value");
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        // Numbers begin with the highest, names with the first letter.
        const before = head.getAttribute("aria-sort");
        const isDown = before ? before === "ascending" : isNumber;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        const sign = isDown ? -1 : 1;
        const keyed = rows.map((row, place) => {
          const text = row.cells[column].textContent;
          return { row, place, key: isNumber ? number(text) : text };
        });
        keyed.sort((a, b) => {
          if (!isNumber) return sign * collator.compare(a.key, b.key) || a.place - b.place;
          if (isNaN(a.key) || isNaN(b.key)) return isNaN(a.key) - isNaN(b.key) || a.place - b.place;
          return sign * (a.key - b.key) || a.place - b.place;
        });
        body.append(...keyed.map(({ row }) => row));
        status.textContent = `Sorted by ${head.textContent}, ${isDown ? "descending" : "ascending"}.`;
      });
    });

    if (rows.length > 5) {
      const label = document.createElement("label");
      label.className = "search";
      label.textContent = "Find a document ";
      const input = document.createElement("input");
      input.type = "search";
      label.append(input);
      input.addEventListener("input", () => {
        const wanted = input.value.toLocaleLowerCase();
        let shown = 0;
        for (const row of rows) {
          row.hidden = !row.cells[0].textContent.toLocaleLowerCase().includes(wanted);
          shown += !row.hidden;
        }
        status.textContent = `${shown} of ${rows.length} documents shown.`;
      });
      table.closest(".index").querySelector(".switch").append(label);
    }
    table.closest(".index").append(status);
  }
})();
