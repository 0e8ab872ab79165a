"""Writes several/, a SavedModel of any number of rows, and several_batch8/, of 8: several inputs of several types, one
of which all rows share. Needs tensorflow 2.16."""
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf


class Several(tf.Module):

    def __init__(self, rows):
        super().__init__()
        self.serve = tf.function(self.compute, input_signature=[
            tf.TensorSpec([1], tf.float32, name="factor"),
            tf.TensorSpec([rows, None], tf.bool, name="keep"),
            tf.TensorSpec([rows, None], tf.int64, name="tokens"),
            tf.TensorSpec([rows, None], tf.float32, name="weights")])

    def compute(self, factor, keep, tokens, weights):
        scaled = tf.cast(tokens, tf.float32) * weights * factor
        return {"rows": tf.where(keep, scaled, 0.0), "counts": tf.reduce_sum(tokens, 1)}


for name, rows in (("several", None), ("several_batch8", 8)):
    model = Several(rows)
    tf.saved_model.save(model, name, signatures=model.serve)
