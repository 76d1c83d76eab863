// The neighbourhood drawn as a map: to choose a place on, and small in a bubble.

import { h, s, icon } from "./dom.js";
import { say } from "./words.js";

const WIDTH = 1000;
const HOUSE = { height: 42, letter: 16, around: 18 }; // map units; the name stands inside
const STEP = 12; // map units that an arrow key moves the pin

/** From longitude and latitude to map units, and back. */
class Projection {
  constructor(frame) {
    const [west, south, east, north] = frame;
    Object.assign(this, { west, north });
    this.scale = WIDTH / (east - west);
    this.stretch = 1 / Math.cos((((south + north) / 2) * Math.PI) / 180);
    this.height = (north - south) * this.scale * this.stretch;
  }

  xy([longitude, latitude]) {
    return [(longitude - this.west) * this.scale, (this.north - latitude) * this.scale * this.stretch];
  }

  place(x, y) {
    return { longitude: this.west + x / this.scale, latitude: this.north - y / this.scale / this.stretch };
  }
}

function points(projection, line) {
  return line.map((point) => projection.xy(point).map((value) => value.toFixed(1)).join(",")).join(" ");
}

/** A curve through the middles between the points. */
function smooth(line) {
  const bends = line.slice(1, -1).map(([x, y], index) => {
    const [nextX, nextY] = line[index + 2];
    return `Q${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`;
  });
  return `M${line[0].join(" ")} ${bends.join(" ")} L${line.at(-1).join(" ")}`;
}

/** Two rows of trees along the park's length. */
function trees(projection, park) {
  const [[left, top], [right], , [, bottom]] = park.map((corner) => projection.xy(corner));
  const count = Math.floor((right - left) / 34);
  return Array.from({ length: count }, (_, index) => s("circle.tree", { cx: left + 20 + index * 34, cy: (top + bottom) / 2 + (index % 2 ? 7 : -6) - index * 0.55, r: index % 3 ? 8 : 11 }));
}

function drawing(map, projection, onHouse) {
  const grids = map.grids.map((grid, index) => s(`polygon.grid.g${index}`, { points: points(projection, grid.outline) }));
  const labels = map.grids.map((grid) => {
    const corners = grid.outline.map((corner) => projection.xy(corner));
    const [left, right] = corners.sort((a, b) => a[1] - b[1]).slice(0, 2); // the northern edge
    return s("text.grid-name", { x: (left[0] + right[0]) / 2, y: (left[1] + right[1]) / 2 + 29 }, grid.name);
  });
  const streets = map.streets.flatMap((street) => [
    s("polyline.street", { points: points(projection, street.line) }),
    street.name && s("text.street-name", { x: 26, y: projection.xy(street.line[0])[1] + 1 }, street.name),
  ]);
  const houses = map.buildings.map((house) => {
    const [x, y] = projection.xy(house.at);
    const width = [...house.name].length * HOUSE.letter + HOUSE.around;
    return s("g.house", { onclick: onHouse && ((event) => onHouse(house, event)) },
      s("rect", { x: x - width / 2, y: y - HOUSE.height / 2, width, height: HOUSE.height, rx: 8 }),
      s("text", { x, y: y + 1 }, house.name));
  });
  return [
    s("rect.land", { width: WIDTH, height: projection.height }),
    s("polygon.park", { points: points(projection, map.park) }), trees(projection, map.park),
    s("path.river", { d: smooth(map.river.map((point) => projection.xy(point))) }),
    grids, streets, labels, houses,
  ];
}

function marker(x, y) {
  return s("g.marker", { transform: `translate(${x} ${y})` },
    s("ellipse", { cx: 0, cy: 1, rx: 11, ry: 5 }),
    s("path", { d: "M0 0C-16-20-20-28-20-37a20 20 0 1 1 40 0C20-28 16-20 0 0z" }),
    s("circle", { cx: 0, cy: -37, r: 8 }));
}

/** A little map about one place, for a bubble. */
export function miniMap(map, place) {
  const projection = new Projection(map.frame);
  const [x, y] = projection.xy([place.longitude, place.latitude]);
  const view = `${x - 150} ${y - 100} 300 160`;
  return s("svg.mini-map.town-map", { viewBox: view, role: "img", "aria-label": place.title || say("place") }, drawing(map, projection), marker(x, y));
}

/**
 * Let the visitor choose where somebody is. Resolves to `{latitude, longitude, title}`, or null if he thinks better.
 * `named`: a chosen building is sent as a place with its name, else only as a point.
 */
export function choosePlace(map, name, named = true) {
  const projection = new Projection(map.frame);
  const dialog = h("dialog.sheet.map-sheet", { "aria-label": say("map_title", { name }) });
  const chosen = h("output.chosen", {}, say("map_none"));
  const send = h("button.primary.map-send", { type: "button", disabled: true }, say("map_send"));
  let choice = null;
  let pin = null;
  const svg = s("svg.town-map", { viewBox: `0 0 ${WIDTH} ${projection.height.toFixed(0)}`, role: "application", tabindex: 0, "aria-label": say("map_hint") });

  const choose = (x, y, title) => {
    choice = { ...projection.place(x, y), title: named ? title : "" };
    Object.assign(choice, { x, y });
    pin?.remove();
    pin = marker(x, y);
    svg.append(pin);
    chosen.value = title || say("map_here");
    send.disabled = false;
    for (const button of places.children) button.setAttribute("aria-pressed", String(button.textContent === title));
  };
  const chooseHouse = (house, event) => {
    event?.stopPropagation();
    const [x, y] = projection.xy(house.at);
    choose(x, y - HOUSE.height / 3, house.name); // so that the pin does not hide the name
  };
  const places = h("div.places", {}, map.buildings.map((house) => h("button", { type: "button", "aria-pressed": "false", onclick: () => chooseHouse(house) }, house.name)));
  svg.append(...drawing(map, projection, chooseHouse).flat().filter(Boolean));
  svg.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    choose(at.x, at.y, "");
  });
  svg.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!move) return;
    event.preventDefault();
    choose((choice?.x ?? WIDTH / 2) + move[0], (choice?.y ?? projection.height / 2) + move[1], "");
  });

  return new Promise((resolve) => {
    const end = (result) => {
      dialog.close();
      dialog.remove();
      resolve(result);
    };
    send.addEventListener("click", () => end(choice));
    dialog.addEventListener("cancel", () => end(null));
    dialog.append(
      h("header", {}, h("h2", {}, say("map_title", { name })), h("button.round", { type: "button", "aria-label": say("close"), onclick: () => end(null) }, icon("close"))),
      h("p.muted", {}, say("map_hint")),
      h("div.map-scroll", {}, svg),
      places,
      h("footer", {}, h("span.chosen-place", {}, icon("pin"), chosen), send),
    );
    document.body.append(dialog);
    dialog.showModal();
    const scroll = dialog.querySelector(".map-scroll");
    scroll.scrollLeft = scroll.scrollWidth; // the home grid lies in the east
  });
}
