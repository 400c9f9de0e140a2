"""The playground's run: trained, redone while a control moves, scrubbed, played, and told truly."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from micrograd_wasm import MLP, Run, datasets, train, trainer
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    OFFICIAL,
    OFFICIAL_LOSS,
    TOO_BOLD,
    WIDE,
    assert_only_numbers,
    choose_preset,
    count_entries,
    drag_slider,
    expect_panel,
    fact,
    open_playground,
    pixels,
    result,
    set_state,
    settle,
    state,
)
from tests.site.visits import Visit


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []
        assert visit.foreign_requests() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    """The shared page, back at MicrogradEx's run and its last step."""
    choose_preset(booted.page, "Two moons")
    booted.page.get_by_label("Step shown").press("End")
    settle(booted.page)
    return booted.page


def engine_run() -> Run:
    seed = (1337, 1337, 1337)
    return train(
        MLP(2, [16, 16, 1], seed=seed),
        datasets.moons(100, noise=0.1, seed=seed),
        learning_rate=trainer.official_learning_rate,
    )


def test_the_official_run_has_the_reference_fingerprint_and_loss(page: Page) -> None:
    found = result(page)
    assert found["fingerprint"] == OFFICIAL
    assert found["finalLoss"] == OFFICIAL_LOSS
    assert found["finalAccuracy"] == 1.0
    assert found["parameterCount"] == 337
    assert found["engine"] == "compiled"
    assert fact(page, "fingerprint") == OFFICIAL[:8]
    assert fact(page, "arithmetic") == "48 + 272 + 17 = 337"
    assert fact(page, "total") == "0.0105"


def test_karpathys_run_is_the_one_of_cpython(page: Page) -> None:
    choose_preset(page, "Karpathy’s two moons")
    run = train(MLP(2, [16, 16, 1], seed=1337), datasets.moons(100, seed=1337), seed=1337)
    assert result(page)["fingerprint"] == run.fingerprint
    assert state(page)["dataSeed"] == 1337


def test_a_preset_leaves_nothing_of_the_run_before_it(page: Page) -> None:
    choose_preset(page, "Four squares (xor)")
    assert state(page)["activations"] == ["tanh"]
    choose_preset(page, "Network too small")
    assert state(page)["activations"] == ["relu"]
    assert state(page)["dataset"] == "moons"


def test_a_dragged_slider_retrains_and_repaints_while_it_moves(page: Page) -> None:
    page.wait_for_function("location.hash === ''")  # the preset's own entry is made
    before = pixels(page, "plane-canvas")
    count_entries(page)
    box = page.get_by_label("Noise, slider").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.12 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=6)
    page.wait_for_function(
        "(before) => document.getElementById('plane-canvas').toDataURL() !== before"
        " && micrograd.result",
        arg=before,
    )
    in_between = result(page)["fingerprint"]
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    page.wait_for_function("(old) => micrograd.result?.fingerprint !== old", arg=in_between)
    settle(page)
    assert in_between != OFFICIAL
    assert pixels(page, "plane-canvas") != before
    assert 0.4 < state(page)["noise"] < 0.8
    page.wait_for_function("location.hash.includes('noise')")
    assert page.evaluate("entries") == 1


def test_without_live_a_change_waits_for_run_and_says_so(page: Page) -> None:
    live = page.get_by_label("Retrain while a control moves")
    live.uncheck()
    page.get_by_label("Noise", exact=True).fill("0.2")
    page.get_by_label("Noise", exact=True).press("Enter")
    expect(page.locator("#stage")).to_contain_text("press Run")
    expect(page.locator("#main")).to_have_class(re.compile("stale"))
    assert result(page) is None
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("micrograd.result !== null")
    expect(page.locator("#main")).not_to_have_class(re.compile("stale"))
    live.check()


def test_scrubbing_moves_plane_network_and_facts_together(page: Page) -> None:
    scrub = page.get_by_label("Step shown")
    last = [pixels(page, name) for name in ("plane-canvas", "network-canvas")]
    scrub.press("Home")
    expect(page.locator("#fact-step")).to_have_text("step 0 of 100")
    settle(page)
    assert pixels(page, "plane-canvas") != last[0]
    assert pixels(page, "network-canvas") != last[1]
    assert fact(page, "accuracy") == "42 %"
    scrub.press("ArrowRight")
    expect(page.locator("#fact-step")).to_have_text("step 1 of 100")


def test_the_cursor_is_dragged_on_the_curve(page: Page) -> None:
    page.wait_for_function("location.hash === ''")  # the preset's own entry is made
    count_entries(page)
    box = page.locator("#loss-chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.locator("#fact-step")).to_have_text(re.compile(r"step (4\d|5\d) of 100"))
    page.wait_for_function("/step=[45]\\d/.test(location.hash)")
    assert page.evaluate("entries") == 1


def test_the_curves_say_the_numbers_under_the_pointer(page: Page) -> None:
    history = engine_run().history
    box = page.locator("#loss-chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + 48 + 0.4 * (box["width"] - 48 - 16), box["y"] + 40)
    tip = page.locator("#curves-tip")
    row = history[40]
    expect(tip).to_contain_text(f"step 40, learning rate {row['learning_rate']:.4f}")
    expect(tip).to_contain_text(f"total {row['loss']:.4f} = data {row['data_loss']:.4f}")
    expect(page.locator("#fact-step")).to_have_text("step 100 of 100")  # only read, not moved
    set_state(page, dataset="xor")  # with the pointer at rest, the new run's numbers are told
    expect(tip).not_to_contain_text(f"total {row['loss']:.4f}")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()


def test_nothing_jumps_while_the_run_is_scrubbed(page: Page) -> None:
    boxes = []
    for steps in (0, 37, 37, 26):  # to 0, 37, 74, 100
        for _ in range(steps):
            page.get_by_label("Step shown").press("ArrowRight")
        if not steps:
            page.get_by_label("Step shown").press("Home")
        settle(page)
        parts = ("#plane-canvas", "#loss-chart", "#facts", "#network-canvas")
        boxes.append([page.locator(part).bounding_box() for part in parts])
    assert boxes == [boxes[0]] * 4


def test_run_plays_the_recording_and_pause_stops_it(page: Page) -> None:
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("parseInt(document.getElementById('scrub').value) > 2")
    page.get_by_role("button", name="Pause").click()
    shown = page.get_by_label("Step shown").input_value()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("#fact-step")).to_have_text(f"step {int(shown) + 1} of 100")


def test_the_recording_is_played_at_a_chosen_pace(page: Page) -> None:
    page.get_by_label("Pace, steps per second").select_option("120/s")
    page.wait_for_function("location.hash.includes('pace=120')")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#fact-step")).to_have_text("step 100 of 100")
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    page.get_by_label("Pace, steps per second").select_option("30/s")


def test_each_button_says_what_it_does_now(page: Page) -> None:
    step = page.get_by_role("button", name="Step", exact=True)
    page.get_by_label("Step shown").press("End")
    expect(page.get_by_role("button", name="Replay the run", exact=True)).to_have_text("Replay")
    expect(step).to_have_attribute("aria-disabled", "true")
    expect(step).to_have_attribute("title", "This is the last step.")
    step.press("Enter")
    expect(page.locator("#announce")).to_have_text("Step 100 is the last one.")
    expect(page.locator("#fact-step")).to_have_text("step 100 of 100")
    # Back to step 0 is not the arrow back of a control, which changes the settings.
    back = page.get_by_role("button", name="Reset to step 0", exact=True)
    expect(back).to_have_text("To step 0")
    back.click()
    expect(page.get_by_role("button", name="Play the run", exact=True)).to_have_text("Play")
    expect(step).to_have_attribute("aria-disabled", "false")
    page.get_by_label("Retrain while a control moves").uncheck()
    page.get_by_label("Noise, slider").press("ArrowRight")
    expect(page.get_by_role("button", name="Run", exact=True)).to_have_attribute(
        "title", "Train it"
    )
    page.get_by_label("Retrain while a control moves").check()
    page.get_by_role("button", name="Noise: back to 0.1", exact=True).click()
    page.wait_for_function(f"micrograd.result?.fingerprint === '{OFFICIAL}'")
    settle(page)


def test_reset_goes_to_step_0_of_the_same_run(page: Page) -> None:
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#fact-step")).to_have_text("step 0 of 100")
    page.wait_for_function("micrograd.result !== null")
    assert result(page)["fingerprint"] == OFFICIAL


def test_layers_and_neurons_are_added_and_removed(page: Page) -> None:
    page.get_by_role("button", name="Add a layer").click()
    expect(page.locator("#arithmetic")).to_contain_text("48 + 272 + 272 + 17 = 609")
    page.get_by_role("button", name="Hidden layer 3: one neuron fewer").click()
    expect(page.locator("#fact-arithmetic")).to_have_text("48 + 272 + 255 + 16 = 591")
    page.get_by_label("Hidden layer 3: activation").select_option("tanh")
    page.get_by_role("button", name="Remove hidden layer 3").click()
    page.wait_for_function("micrograd.result?.parameterCount === 337")
    settle(page)
    assert result(page)["fingerprint"] == OFFICIAL


WAYS_BACK = {
    "Data set: back to moons": {"dataset": "xor"},
    "Samples: back to 100": {"samples": 60},
    "Noise: back to 0.1": {"noise": 0.4},
    "Seed of the data: back to 1337,1337,1337": {"dataSeed": 5},
    "Hidden layers: back to 16, 16 relu": {"layers": [4], "activations": ["tanh"]},
    "Seed of the network: back to 1337,1337,1337": {"modelSeed": 5},
    "Steps: back to 100": {"steps": 20},
    "Learning rate: back to official": {"learningRate": {"kind": "constant", "start": 1}},
    "Regularization: back to 0.0001": {"alpha": 0.01},
    "Batch size: back to all": {"batchSize": 20},
    "Loss: back to max-margin": {"loss": "logistic"},
}


def test_a_changed_control_has_a_way_back(page: Page) -> None:
    back = page.get_by_role("button", name=": back to")
    for name, change in WAYS_BACK.items():
        set_state(page, **change)
        expect(back).to_have_count(1)  # only what has changed shows its own
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_function(f"micrograd.result?.fingerprint === '{OFFICIAL}'")
    set_state(page, batchSize=20, seed=3)
    page.get_by_role("button", name="Seed of the batches: back to 1337,1337,1337").click()
    page.wait_for_function("micrograd.state.seed.length === 3")


def test_the_official_schedule_says_where_it_ends(page: Page) -> None:
    told = page.locator("#schedule-text")
    expect(told).to_have_text("1 at step 0, 0.109 at step 99.")
    set_state(page, steps=112)
    expect(told).to_have_text("1 at step 0, 0.001 at step 111.")
    # The engine refuses more steps of it, and so does the page: it says what it takes instead.
    found = set_state(page, steps=115)
    expect(page.locator("#notices")).to_contain_text(
        "the official one falls below 0 after 112 steps"
    )
    expect(page.get_by_label("Learning rate schedule")).to_have_value("linear")
    expect(told).to_contain_text("1 at step 0, 0.1 at step 114. (“official” ends after 112 steps")
    with pytest.raises(ValueError, match="learning_rate at step 112"):
        trainer.learning_rates(trainer.official_learning_rate, 113)
    run = train(
        MLP(2, [16, 16, 1], seed=(1337, 1337, 1337)),
        datasets.moons(100, noise=0.1, seed=(1337, 1337, 1337)),
        steps=115,
        learning_rate=lambda step: 1.0 + (0.1 - 1.0) * step / 114,
    )
    assert found["fingerprint"] == run.fingerprint
    page.get_by_role("button", name="Dismiss the notices").click()


def test_a_diverged_run_says_so_in_place_and_the_controls_stay_alive(page: Page) -> None:
    choose_preset(page, "Learning rate too large")
    expect_panel(page, "left the real numbers at step 11")
    expect_panel(page, "smaller learning rate")
    assert_only_numbers(page)
    page.get_by_label("Step shown").press("Home")
    expect(page.locator("#fact-step")).to_have_text("step 0 of 11")
    page.get_by_role("button", name="Hide this message").click()
    expect(page.locator("#plane-over")).to_be_hidden()
    page.get_by_role("button", name="Reset").click()
    expect_panel(page, "left the real numbers at step 11")
    page.get_by_role("button", name="Take a tenth of the rate").click()
    page.wait_for_function("micrograd.result && !micrograd.result.diverged")
    expect(page.locator("#plane-over")).to_be_hidden()


def test_set_by_script_mends_what_is_wrong_and_says_so(page: Page) -> None:
    found = set_state(page, samples=1e9, dataset="constructor", noise=0.2, toString=3)
    assert (state(page)["samples"], state(page)["dataset"]) == (500, "moons")
    assert found["fingerprint"] == result(page)["fingerprint"]
    expect(page.locator("#notices")).to_contain_text("Samples")
    page.get_by_role("button", name="Dismiss the notices").click()
    expect(page.locator("#notices")).to_be_empty()


@pytest.mark.parametrize("name", ["Noise", "Seed of the data", "Hidden layer 1: neurons"])
def test_what_is_being_typed_is_not_written_over(page: Page, name: str) -> None:
    box = page.get_by_label(name, exact=True)
    box.press("End")
    box.press("Backspace")
    typed = box.input_value()
    set_state(page, alpha=0.001)
    expect(box).to_have_value(typed)
    box.press("Enter")
    page.wait_for_function(f"micrograd.result?.fingerprint !== '{OFFICIAL}'")


@pytest.mark.parametrize("label", ["Noise", "Regularization", "Steps", "Samples"])
def test_sliders_reach_both_ends(page: Page, label: str) -> None:
    drag_slider(page, label, [0.3, 0.0])
    name = {"Regularization": "alpha"}.get(label, label.lower())
    least = {"Noise": 0, "Regularization": 0, "Steps": 1, "Samples": 2}[label]
    page.wait_for_function(f"micrograd.state.{name} === {least} && micrograd.result !== null")
    settle(page)
    assert_only_numbers(page)


def test_the_first_picture_comes_before_python_and_a_failed_boot_offers_retry(
    at_root: str, visit: Visit
) -> None:
    visit.page.context.route("**/static/pyodide/**", lambda route: route.abort())
    page = open_playground(visit, at_root, python=False)
    assert result(page)["fingerprint"] == OFFICIAL
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    expect(page.locator("#stage")).to_contain_text("Python did not start")
    # What needs no Python still works.
    before = result(page)["fingerprint"]
    page.get_by_label("Steps", exact=True).fill("50")
    page.get_by_label("Steps", exact=True).press("Enter")
    page.wait_for_function(
        "(old) => micrograd.result && micrograd.result.fingerprint !== old", arg=before
    )
    visit.page.context.unroute("**/static/pyodide/**")
    retry.click()
    page.wait_for_function("micrograd.ready.then(() => true)", timeout=90_000)
    expect(retry).to_be_hidden()
    assert set_state(page, noise=0.3, steps=20)["engine"] == "compiled"


def test_a_worker_that_does_not_load_says_so_and_is_tried_again(at_root: str, visit: Visit) -> None:
    visit.page.context.route("**/playground/worker.js*", lambda route: route.abort())
    visit.page.goto(at_root)
    retry = visit.page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    expect(visit.page.locator("#notices")).to_contain_text("Python did not start")
    visit.page.context.unroute("**/playground/worker.js*")
    retry.click()
    visit.page.wait_for_function("window.micrograd.result !== null", timeout=90_000)
    settle(visit.page)
    assert result(visit.page)["fingerprint"] == OFFICIAL


def test_a_link_to_a_diverged_run_opens_with_its_explanation(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root, TOO_BOLD)
    expect_panel(page, "left the real numbers at step 11")
