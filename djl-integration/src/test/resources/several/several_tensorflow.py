"""Writes several/, a SavedModel: several inputs of several types, one of which all rows share. Needs tensorflow 2.16."""
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf


class Several(tf.Module):

    @tf.function(input_signature=[
        tf.TensorSpec([1], tf.float32, name="factor"),
        tf.TensorSpec([None, None], tf.bool, name="keep"),
        tf.TensorSpec([None, None], tf.int64, name="tokens"),
        tf.TensorSpec([None, None], tf.float32, name="weights")])
    def serve(self, factor, keep, tokens, weights):
        scaled = tf.cast(tokens, tf.float32) * weights * factor
        return {"rows": tf.where(keep, scaled, 0.0), "counts": tf.reduce_sum(tokens, 1)}


model = Several()
tf.saved_model.save(model, "several", signatures=model.serve)
