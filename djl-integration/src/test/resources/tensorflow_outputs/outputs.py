"""Writes outputs/saved_model.pb: a signature <type>_<structure> for every type that TensorFlow casts to.

Needs tensorflow-cpu 2.16. Each takes x [N,6] float32.
"""
import os
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf

TYPES = {
    "float64": tf.float64, "float32": tf.float32, "float16": tf.float16, "bfloat16": tf.bfloat16,
    "complex64": tf.complex64, "complex128": tf.complex128, "int8": tf.int8, "int16": tf.int16,
    "int32": tf.int32, "int64": tf.int64, "uint8": tf.uint8, "uint16": tf.uint16, "uint32": tf.uint32,
    "uint64": tf.uint64, "bool": tf.bool, "string": tf.string, "float8_e4m3fn": tf.dtypes.experimental.float8_e4m3fn,
}


def cast(x, t):
    return tf.strings.as_string(x) if t == tf.string else tf.identity(tf.cast(x, t))


def outputs(x, t):
    rows, scalars = cast(x, t), cast(tf.reduce_sum(x, 1), t)
    return {
        "rows": {"rows": rows},
        "scalars": {"scalars": scalars},
        "rank4": {"rank4": cast(tf.reshape(x, [-1, 2, 3, 1]), t)},
        "empty": {"empty": cast(x[:, :0], t)},
        "several": {"rows": rows, "scalars": scalars},
    }


shutil.rmtree("outputs", ignore_errors=True)
with tf.Graph().as_default(), tf.Session() as session:
    x = tf.placeholder(tf.float32, [None, 6], "x")
    signatures = {}
    for name, t in TYPES.items():
        for structure, named in outputs(x, t).items():
            signatures[f"{name}_{structure}"] = tf.saved_model.predict_signature_def({"x": x}, named)
    builder = tf.saved_model.Builder("outputs")
    builder.add_meta_graph_and_variables(session, ["serve"], signatures, strip_default_attrs=True)
    builder.save()
shutil.rmtree("outputs/variables", ignore_errors=True)
