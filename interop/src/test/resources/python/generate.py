"""Writes the files of this folder: pip install pyarrow==26.0.1 polars==2.1.0 datasets==5.2.0."""
import os, shutil
import datasets, numpy as np, polars, pyarrow as pa

HERE = os.path.dirname(os.path.abspath(__file__))
N = 10
ids = [f"row {i}" for i in range(N)]
values = np.arange(N * 4, dtype=np.float32).reshape(N, 4)


def write(name, table, open_writer, batch=4, **options):
    with pa.OSFile(os.path.join(HERE, name), "wb") as file, open_writer(file, table.schema, **options) as writer:
        writer.write_table(table, max_chunksize=batch)


fixed = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), 4)
table = pa.table({"id": ids, "v": fixed})
write("file.arrow", table, pa.ipc.new_file)
write("stream.arrows", table, pa.ipc.new_stream)
write("lz4.arrow", table, pa.ipc.new_file, options=pa.ipc.IpcWriteOptions(compression="lz4"))
write("zstd.arrows", table, pa.ipc.new_stream, options=pa.ipc.IpcWriteOptions(compression="zstd"))
# LZ4 blocks that refer to the one before, by pyarrow; buffers that are stored as they are, by Polars.
LONG = 20_000
many = np.tile(np.arange(4, dtype=np.float32), (LONG, 1))
many[:, 0] = np.arange(LONG)
noise = np.random.default_rng(1).integers(0, 256, LONG, dtype=np.uint8)
long = pa.table({"id": range(LONG), "v": pa.FixedSizeListArray.from_arrays(pa.array(many.ravel()), 4), "noise": noise})
write("long.lz4.arrow", long, pa.ipc.new_file, batch=LONG, options=pa.ipc.IpcWriteOptions(compression="lz4"))
polars.from_arrow(long).write_ipc(os.path.join(HERE, "long.zstd.arrow"), compression="zstd")
tensor = pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.float32(), [2, 2]), fixed)
write("tensor.arrow", pa.table({"id": pa.array(range(N), pa.uint16()), "v": tensor}), pa.ipc.new_file)
write("dictionary.arrow", pa.table({"id": pa.array(ids).dictionary_encode(), "v": pa.array(values.tolist(), pa.large_list(pa.float32()))}), pa.ipc.new_file)
write("nested.arrow", pa.table({"id": ids, "v": pa.array([v.reshape(2, 2).tolist() for v in values], pa.list_(pa.list_(pa.float32())))}), pa.ipc.new_file)
write("null.arrow", pa.table({"id": ids[:3], "v": pa.array([[1.0, 2.0], None, [3.0, 4.0]])}), pa.ipc.new_file)
write("null_id.arrow", pa.table({"id": pa.array([1, None, 3]), "v": [1.0, 2.0, 3.0]}), pa.ipc.new_file)
write("ragged.arrow", pa.table({"id": ids[:3], "v": pa.array([[1.0, 2.0], [5.0], [3.0, 4.0]])}), pa.ipc.new_file)
write("dates.arrow", pa.table({"id": ids[:1], "v": pa.array([0], pa.date32())}), pa.ipc.new_file)
long_ids = [f"a text of more than twelve bytes {i}" for i in range(N)]
polars.DataFrame({"id": long_ids, "v": values.tolist()}, schema={"id": polars.String, "v": polars.List(polars.Float32)}).write_ipc(os.path.join(HERE, "polars.arrow"))
shutil.rmtree(os.path.join(HERE, "hf"), ignore_errors=True)
features = datasets.Features({"id": datasets.Value("string"), "v": datasets.List(datasets.Value("float32"), length=4)})
datasets.Dataset.from_dict({"id": ids, "v": values.tolist()}, features=features).save_to_disk(os.path.join(HERE, "hf"), num_shards=2)
