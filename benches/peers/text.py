"""The peers of the `text` bench: prints `name|CPU seconds`, the best of three."""
import os
import re
import sys
import time

RUNS = 3


def best(name, run):
    least = min(timed(run) for _ in range(RUNS))
    print(f"{name}|{least}")


def timed(run):
    before = time.process_time()
    run()
    return time.process_time() - before


def chunking(path):
    try:
        import tiktoken
        from langchain_text_splitters import RecursiveCharacterTextSplitter
    except ImportError as error:
        print(f"LangChain with tiktoken: not here ({error})")
        return
    try:
        # Carries the vocabulary in the form of tiktoken's cache.
        import importlib.util

        spec = importlib.util.find_spec("litellm")
        for folder in ["litellm_core_utils/tokenizers", "llms/tokenizers"]:
            found = os.path.join(os.path.dirname(spec.origin), folder)
            if os.path.isdir(found):
                os.environ["TIKTOKEN_CACHE_DIR"] = found
                break
    except (ImportError, AttributeError):
        pass
    text = open(path, encoding="utf-8").read()
    encoding = tiktoken.get_encoding("cl100k_base")
    # As long as a district's plan: nothing is gained or lost by the length of the whole.
    documents = [text[at : at + 20_000] for at in range(0, len(text), 20_000)]
    splitter = RecursiveCharacterTextSplitter.from_tiktoken_encoder("cl100k_base", chunk_size=320, chunk_overlap=40)
    best("LangChain Recursive + tiktoken", lambda: [splitter.split_text(document) for document in documents])
    best("tiktoken alone", lambda: [encoding.encode_ordinary(document) for document in documents])


def scoring(path, taxonomy):
    import tomllib

    text = open(path, encoding="utf-8").read()
    categories = tomllib.load(open(taxonomy, "rb")).values()
    phrases = [entry for category in categories for entry in category["phrases"]]
    words = [[entry["is"], *entry.get("also", [])] for entry in phrases]

    def pattern(phrase):
        return r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", phrase)))

    every = sorted((pattern(phrase) for group in words for phrase in group), key=len, reverse=True)
    one = re.compile(r"\b(?:" + "|".join(every) + r")\b", re.IGNORECASE)
    many = [re.compile(r"\b(?:" + "|".join(map(pattern, group)) + r")\b", re.IGNORECASE) for group in words]
    best("Python re, one expression of all phrases", lambda: [found.group() for found in one.finditer(text)])
    best("Python re, a loop over the phrases", lambda: [each.search(text) for each in many])
    before = time.process_time()
    [list(each.finditer(text)) for each in many]
    print(f"Python re, a loop that finds every place|{time.process_time() - before}")


if __name__ == "__main__":
    {"chunking": chunking, "scoring": scoring}[sys.argv[1]](*sys.argv[2:])
