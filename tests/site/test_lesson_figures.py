"""The figures of every lesson: their numbers are the engine's, to the last bit; a hand moves them,
and so does a keyboard."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from builder.lessons import Figure, Lesson
from builder.lessons_kernels import configuration, function_of, nodes_of
from micrograd_wasm import MLP, Value, datasets
from micrograd_wasm.page import session
from tests.site.conftest import VisitMaker
from tests.site.course import IDS, LESSONS, open_lesson
from tests.site.playground import WIDE
from tests.site.visits import Visit

STATES = 2  # how many states of each figure are compared
MOST_HANDLES = 4  # how many of a figure's are dragged
State = dict[str, Any]


@pytest.fixture(scope="module")
def visit(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("figures", viewport=WIDE, has_touch=True) as own:
        yield own
        assert own.console_errors() == []


@pytest.fixture(scope="module", params=LESSONS, ids=IDS)
def lesson(request: pytest.FixtureRequest, visit: Visit, at_root: str) -> Lesson:
    """A lesson, open; pytest runs all tests of one before it opens the next."""
    found: Lesson = request.param
    open_lesson(visit.page, at_root, found)
    return found


@pytest.fixture
def page(visit: Visit, lesson: Lesson) -> Page:
    return visit.page


# -- what the engine says ---------------------------------------------------------------------


def curve(options: State, state: State) -> list[float]:
    names = ["x", *(one["name"] for one in options.get("parameters", ()))]
    inputs = [Value(float(state[name])) for name in names]
    output = function_of(options["python"])(*inputs)
    return [output.data, output.backward()[inputs[0]]]


def graph(options: State, state: State) -> list[float]:
    nodes = nodes_of(function_of(options["python"]), {k: float(state[k]) for k in options["start"]})
    gradients = nodes[-1].backward()
    return [node.data for node in nodes] + [gradients[node] for node in nodes]


def moons(options: State, state: State) -> list[float]:
    seed = tuple(options["seed"])
    # With no noise at all the data set draws no numbers for it, and is mixed differently.
    noise = state["noise"] or 2.0**-1074
    dataset = datasets.moons(options["samples"], noise=noise, seed=seed)
    return [x if abs(x) > 2.0**-1000 else 0.0 for row in dataset.xs for x in row]


def plane(options: State, state: State) -> list[float]:
    given = [Value(float(state[one["name"]])) for one in options["parameters"]]
    score, *_ = [function_of(options["python"], name) for name in options["functions"]]

    def at(x: float, y: float) -> float:
        return float(score(Value(x), Value(y), *given).data)

    found: list[float] = []
    for k, (left, up, label) in enumerate(options.get("points", ())):
        x, y = float(state.get(f"x{k}", left)), float(state.get(f"y{k}", up))
        hinge = function_of(options["python"], "hinge")(Value(x), Value(y), Value(label), *given)
        found += [at(x, y), hinge.data]
    x0, x1, y0, _ = options["bounds"]
    return found + [at(x0 + (x1 - x0) * column / 58, y0) for column in range(3)]


def network(options: State, state: State) -> list[float]:
    numbers = [float(state[f"p{k}"]) for k in range(len(options["parameters"]))]
    model = MLP(2, [options["hidden"], 1], seed=1).replace_parameters(numbers)
    centre = [Value((options["bounds"][k] + options["bounds"][k + 1]) / 2) for k in (0, 2)]
    hidden = model.layers[0](centre)
    assert isinstance(hidden, Sequence)
    output = model(centre)
    assert isinstance(output, Value)
    return [*(value.data for value in hidden), output.data]


def run(options: State, state: State) -> list[float]:
    config = configuration(options["choices"][state["choice"]]["set"])
    if "alpha" in options:
        config["alpha"] = options["alpha"]["values"][state["alpha"]]
    trained, planned = session.train(config), session.plan(config)
    count = len(planned.parameters)
    steps = len(trained.history) // 5
    step = min(state["step"], steps)
    now = list(trained.parameters[step * count : (step + 1) * count])
    shape = planned.config
    model = session.blank_model(shape.sizes, shape.activations).replace_parameters(now)

    def score(x: float, y: float) -> float:
        output = model([Value(x), Value(y)])
        assert isinstance(output, Value)
        return output.data

    points = zip(planned.xs[::2], planned.xs[1::2], planned.ys, strict=True)
    wrong = sum((score(x, y) > 0) != (label > 0) for x, y, label in points)
    probe = score(state["px"], state["py"]) if "probe" in options else 0
    return [*trained.history[-5:], *now[:5], probe, wrong]


ENGINE = {f.__name__: f for f in (curve, graph, moons, plane, network, run)}


def other_state(figure: Locator, *, least: bool = False) -> State:
    """Each control somewhere else, or at its least."""
    state: State = {}
    for control in figure.locator("[data-control]").all():
        name = control.get_attribute("data-control")
        assert name
        if control.evaluate("(it) => it.localName === 'select'"):
            state[name] = 0 if least else random.randrange(control.locator("option").count())
            continue
        low, high, step = (float(control.get_attribute(k) or 0) for k in ("min", "max", "step"))
        steps = 0 if least else random.randint(0, round((high - low) / step))
        number = round(low + steps * step, 2)
        state[name] = int(number) if number.is_integer() else number
    return state


def test_the_numbers_are_the_engines(page: Page, lesson: Lesson) -> None:
    for figure in lesson.of(Figure):
        element = page.locator(f"#figure-{figure.name}")
        before = element.locator(".readout").inner_html()
        pictured = element.locator("svg").inner_html()
        element.evaluate("(it) => it.change({})")
        page.wait_for_function("(it) => it.values", arg=element.element_handle())
        assert element.locator(".readout").inner_html() == before, "built by the same engine"
        assert element.locator("svg").inner_html() == pictured
        for turn in range(STATES):
            state = element.evaluate(
                "async (it, state) => { await it.change(state); return it.state(); }",
                other_state(element, least=turn == 0),
            )
            assert element.evaluate("(it) => it.values") == ENGINE[figure.kind](
                figure.options, state
            ), (figure.name, state)
        element.get_by_role("button", name="Reset").click()
        page.wait_for_function(
            "([it, before]) => it.querySelector('.readout').innerHTML === before",
            arg=[element.element_handle(), before],
        )


def test_every_control_answers_to_the_keyboard(page: Page) -> None:
    for figure in page.locator("figure.live").all():
        for control in figure.locator("[data-control]").all():
            before = figure.evaluate("(it) => it.querySelector('svg').innerHTML")
            assert control.evaluate("(it) => it.labels.length === 1")
            control.focus()
            options = control.locator("option").count()
            at_end = control.evaluate("(it) => it.value === it.max")  # of a slider
            page.keyboard.press("ArrowLeft" if at_end else "ArrowDown" if options else "ArrowRight")
            page.wait_for_function(
                "([it, before]) => it.querySelector('svg').innerHTML !== before",
                arg=[figure.element_handle(), before],
            )


# How much of a menu's longest choice, or of a control's number, is cut off.
CUT_OFF = """(it) => {
    if (it.tagName === "OUTPUT") return it.scrollWidth - it.clientWidth;
    const whole = it.cloneNode(true);
    whole.style.cssText = "position: absolute; width: max-content";
    it.after(whole);
    const cut = whole.offsetWidth - it.offsetWidth;
    whole.remove();
    return cut;
}"""


@pytest.mark.parametrize("width", [1366, 768, 390])
def test_choices_and_numbers_have_room(page: Page, width: int) -> None:
    usual = page.viewport_size
    page.set_viewport_size({"width": width, "height": 844})
    for one in page.locator("figure.live :is(.control output, .control select)").all():
        assert one.evaluate(CUT_OFF) <= 0, one.text_content()
    if usual:
        page.set_viewport_size(usual)


def test_what_is_dragged_moves_a_control_too(page: Page) -> None:
    for figure in page.locator("figure.live").all():
        values = "(it) => [...it.querySelectorAll('[data-control]')].map((one) => one.value)"
        handles = figure.evaluate(
            "(it) => [...new Set([...it.querySelectorAll('[data-handle]')]"
            ".map((one) => one.dataset.handle))]"
        )
        for handle in handles[:MOST_HANDLES]:
            before = figure.evaluate(values)
            grips = figure.locator(f"[data-handle='{handle}']")
            grips.last.scroll_into_view_if_needed()
            boxes = [box for box in (grip.bounding_box() for grip in grips.all()) if box]
            assert max(max(box["width"], box["height"]) for box in boxes) >= 24, handle
            if (at := place_of(grips.last, handle)) is None:
                continue  # it lies under another one just now
            x, y = at
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x - 40, y - 30, steps=4)
            page.mouse.up()
            after = figure.evaluate(values)
            assert after != before, handle
            # A finger does the same, and the page does not scroll away under it.
            if (at := place_of(grips.last, handle)) is None:
                continue
            scrolled = page.evaluate("scrollY")
            drag_by_finger(page, at, (at[0] + 50, at[1] + 40))
            assert figure.evaluate(values) != after, handle
            assert page.evaluate("scrollY") == scrolled


def place_of(grip: Locator, handle: str) -> tuple[float, float] | None:
    """The middle of a handle, if nothing lies over it."""
    box = grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    over = "(_, [x, y]) => document.elementFromPoint(x, y)?.dataset.handle"
    return (x, y) if grip.evaluate(over, [x, y]) == handle else None


def drag_by_finger(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    finger = page.context.new_cdp_session(page)
    places = [
        tuple(a + (b - a) * share / 5 for a, b in zip(start, end, strict=True))
        for share in range(6)
    ]
    for kind, at in [("Start", places[0]), *(("Move", place) for place in places[1:])]:
        points = [{"x": at[0], "y": at[1]}]
        finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
