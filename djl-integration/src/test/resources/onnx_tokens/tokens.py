"""Writes tokens.onnx: a text encoder without layers, input_ids and attention_mask [N,T] to tokens [N,T,8]."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

table = np.random.default_rng(3).standard_normal((50, 8)).astype(np.float32)
graph = helper.make_graph(
    [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axes"], ["column"]),
        # padding gets 7 added, so that whoever counts it is seen
        helper.make_node("Sub", ["column", "one"], ["padding"]),
        helper.make_node("Mul", ["padding", "seven"], ["noise"]),
        helper.make_node("Add", ["embedded", "noise"], ["tokens"]),
    ],
    "tokens",
    [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "t"]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["n", "t"]),
    ],
    [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", "t", 8])],
    [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], np.int64), "axes"),
        numpy_helper.from_array(np.array(1, np.float32), "one"),
        numpy_helper.from_array(np.array(7, np.float32), "seven"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "tokens.onnx")
