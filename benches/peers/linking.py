"""rapidfuzz and Splink on the same records: precision, recall, CPU seconds. Called by the bench `peers`."""

import csv
import resource
import sys
import time

folder = sys.argv[1]


def rows(name):
    with open(f"{folder}/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


records, leas = rows("records"), rows("leas")
truth = {row["unique_id"]: row["truth"] for row in records}


def report(name, links, seconds):
    right = sum(truth[record] == lea for record, lea in links.items())
    partners = sum(1 for lea in truth.values() if lea)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}|{right / max(len(links), 1):.4f}|{right / partners:.4f}|{len(links) - right}|{seconds:.2f}|{memory:.0f}")


def rapid():
    from rapidfuzz import fuzz, process, utils

    started = time.process_time()
    by_state = {}
    for lea in leas:
        by_state.setdefault(lea["state"], []).append(lea)
    links = {}
    for record in records:
        candidates = by_state.get(record["state"], [])
        names = [lea["name"] for lea in candidates]
        best = process.extractOne(
            record["name"], names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=90
        )
        if best:
            links[record["unique_id"]] = candidates[best[2]]["unique_id"]
    report("rapidfuzz WRatio ≥ 90, names", links, time.process_time() - started)


def splink():
    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    started = time.process_time()
    columns = ["unique_id", "state", "name", "city", "zip", "street", "phone"]
    left = pandas.DataFrame(records)[columns].replace("", None)
    right = pandas.DataFrame(leas)[columns].replace("", None)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
            cl.ExactMatch("city"),
            cl.ExactMatch("zip"),
            cl.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("state", "name"), block_on("state", "zip"), block_on("state", "phone"), block_on("state", "city")
        ],
    )
    api = DuckDBAPI()
    linker = Linker([api.register(left, dataset_display_name="records"), api.register(right, dataset_display_name="leas")], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("state", "name", "zip")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("state", "zip"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("state", "name"))
    predicted = linker.inference.predict(threshold_match_probability=0.95).as_pandas_dataframe()
    links, taken = {}, set()
    for _, pair in predicted.sort_values("match_probability", ascending=False, kind="stable").iterrows():
        is_record_left = pair["source_dataset_l"] == "records"
        record, lea = pair["unique_id_l"], pair["unique_id_r"]
        if not is_record_left:
            record, lea = lea, record
        if record not in links and lea not in taken:
            links[record] = lea
            taken.add(lea)
    report("Splink, all fields, one-to-one", links, time.process_time() - started)


for peer in (rapid, splink):
    try:
        peer()
    except ImportError as error:
        print(f"{peer.__name__}|not here: {error}")
