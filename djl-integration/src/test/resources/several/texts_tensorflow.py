"""Writes texts/, a SavedModel that makes two numbers of each text: strings [N] to [N,2]. Needs tensorflow 2.16."""
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf


class Texts(tf.Module):

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="texts")])
    def serve(self, texts):
        length = tf.strings.length(texts)
        hashed = tf.strings.to_hash_bucket_fast(texts, 1000)
        return {"numbers": tf.stack([tf.cast(length, tf.float32), tf.cast(hashed, tf.float32)], 1)}


model = Texts()
tf.saved_model.save(model, "texts", signatures=model.serve)
