"""Writes several.onnx, of any number of rows, and several_batch8.onnx, of 8: several inputs of several types, one of
which all rows share. Needs onnx."""
import onnx
from onnx import TensorProto as T, helper as h

for name, rows in (("several", "N"), ("several_batch8", 8)):
    inputs = [
        h.make_tensor_value_info("factor", T.FLOAT, [1]),
        h.make_tensor_value_info("keep", T.BOOL, [rows, "T"]),
        h.make_tensor_value_info("tokens", T.INT64, [rows, "T"]),
        h.make_tensor_value_info("weights", T.FLOAT, [rows, "T"]),
    ]
    outputs = [
        h.make_tensor_value_info("counts", T.INT64, [rows]),
        h.make_tensor_value_info("rows", T.FLOAT, [rows, "T"]),
    ]
    zero = h.make_tensor("zero", T.FLOAT, [1], [0.0])
    axes = h.make_tensor("axes", T.INT64, [1], [1])
    nodes = [
        h.make_node("Cast", ["tokens"], ["numbers"], to=T.FLOAT),
        h.make_node("Mul", ["numbers", "weights"], ["weighted"]),
        h.make_node("Mul", ["weighted", "factor"], ["scaled"]),
        h.make_node("Where", ["keep", "scaled", "zero"], ["rows"]),
        h.make_node("ReduceSum", ["tokens", "axes"], ["counts"], keepdims=0),
    ]
    model = h.make_model(
        h.make_graph(nodes, name, inputs, outputs, [zero, axes]), opset_imports=[h.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")
