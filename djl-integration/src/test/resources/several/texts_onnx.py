"""Writes texts.onnx, which makes a number of each text: strings [N] to [N]. Needs onnx."""
import onnx
from onnx import TensorProto as T, helper as h

words = ["good", "bad", "ugly"]
node = h.make_node(
    "LabelEncoder", ["texts"], ["numbers"], domain="ai.onnx.ml", keys_strings=words, values_floats=[1.0, -1.0, -2.0],
    default_float=0.5)
graph = h.make_graph(
    [node], "texts", [h.make_tensor_value_info("texts", T.STRING, ["N"])],
    [h.make_tensor_value_info("numbers", T.FLOAT, ["N"])])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17), h.make_opsetid("ai.onnx.ml", 2)], ir_version=9)
onnx.checker.check_model(model)
onnx.save(model, "texts.onnx")
