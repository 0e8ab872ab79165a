"""Random batches of rows from Python systems that people keep features in, in rows a second.

Every system stores the same rows of float32, in a directory of its own, and gives batches of random
rows as one array in memory, warm, from one process. A system that is not installed is skipped.
Writes {"rates": {system: rows/s}, "skipped": {system: why}} as JSON.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time

import numpy as np

os.environ["HF_HUB_OFFLINE"] = "1"


def numpy_memmap(directory, rows):
    path = os.path.join(directory, "rows.npy")
    np.save(path, rows)
    mapped = np.load(path, mmap_mode="r")
    return lambda ids: mapped[ids]


def lance_take(directory, rows):
    import lance
    import pyarrow as pa

    lance.write_dataset(_table(pa, rows), os.path.join(directory, "rows.lance"))
    dataset = lance.dataset(os.path.join(directory, "rows.lance"))

    def read(ids):
        column = dataset.take(ids.tolist(), columns=["row"]).column("row").combine_chunks()
        return column.values.to_numpy(zero_copy_only=False).reshape(len(ids), -1)

    return read


def hf_datasets(directory, rows):
    import datasets
    import pyarrow as pa

    datasets.disable_progress_bars()
    path = os.path.join(directory, "rows.hf")
    datasets.Dataset(datasets.table.InMemoryTable(_table(pa, rows))).save_to_disk(path)
    dataset = datasets.load_from_disk(path).with_format("numpy")
    return lambda ids: np.asarray(dataset[ids]["row"])


def torchcachex(directory, rows):
    import torch
    from torchcachex import ArrowIPCCacheBackend

    # An LRU of one row: 0 would keep all rows in memory.
    backend = ArrowIPCCacheBackend(directory, "peer", lru_size=1, async_write=False)
    for start in range(0, len(rows), 256):
        batch = torch.from_numpy(rows[start : start + 256].copy())
        backend.put_batch({str(start + i): row for i, row in enumerate(batch)})
    backend.flush()

    def read(ids):
        found, missing = backend.get_batch([str(i) for i in ids])
        assert not missing
        return torch.stack(found)

    return read


def _table(pa, rows):
    values = pa.array(rows.reshape(-1))
    column = pa.FixedSizeListArray.from_arrays(values, rows.shape[1])
    return pa.table({"row": column})


SYSTEMS = {
    "numpy memmap": numpy_memmap,
    "Lance": lance_take,
    "HF datasets": hf_datasets,
    "torchcachex": torchcachex,
}


def measure(read, rows, batch, seconds):
    """The median rate of a few stretches, after one that does not count."""
    random = np.random.default_rng(1)
    ids = random.integers(0, len(rows), (512, batch))
    assert np.array_equal(np.asarray(read(ids[0])), rows[ids[0]])
    rates = []
    for _ in range(4):
        done, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            read(ids[done % len(ids)])
            done += 1
        rates.append(done * batch / elapsed)
    return statistics.median(rates[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_096)
    parser.add_argument("--floats", type=int, default=512)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--directory", default=None, help="where to make the files")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rows = np.random.default_rng(0).random((args.rows, args.floats), dtype=np.float32)
    rates, skipped = {}, {}
    for name, make in SYSTEMS.items():
        directory = tempfile.mkdtemp(dir=args.directory)
        try:
            rates[name] = measure(make(directory, rows), rows, args.batch, args.seconds)
        except Exception as error:  # One system's trouble is not the others'.
            skipped[name] = f"{type(error).__name__}: {error}"
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    with open(args.out, "w") as file:
        json.dump({"rates": rates, "skipped": skipped}, file)


if __name__ == "__main__":
    main()
