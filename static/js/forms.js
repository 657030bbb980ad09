// Shows a question only when the answers above lead to it. The server decides the same once more.
(() => {
  "use strict";
  const start = (form) => {
    const questions = [...form.querySelectorAll("[data-show-if]")];
    const answer = (name) => {
      const field = form.elements[name];
      if (!field) return "";
      const box = (field instanceof RadioNodeList ? field[0] : field).closest(".question");
      return box && box.hidden ? "" : field.value;
    };
    const holds = ([name, value, isEqual]) => {
      const given = answer(name);
      return given !== "" && (given === value) === isEqual;
    };
    // In the order of the page, so that what depends on a hidden question is hidden too.
    const update = () => {
      for (const question of questions) {
        const groups = JSON.parse(question.dataset.showIf);
        question.hidden = !groups.some((group) => group.every(holds));
      }
    };
    form.querySelectorAll(".question__when").forEach((words) => words.remove());
    form.addEventListener("change", update);
    addEventListener("pageshow", update);
    update();
  };
  document.querySelectorAll("form.service-form").forEach(start);
})();
