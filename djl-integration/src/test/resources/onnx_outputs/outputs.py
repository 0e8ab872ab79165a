"""Writes outputs.zip: a model <type>_<structure>.onnx for every type that ONNX Runtime casts to.

Needs onnx. Each takes x [N,6] float32.
"""
import zipfile

from onnx import TensorProto, checker, helper

TYPES = {
    "float64": TensorProto.DOUBLE, "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16, "int8": TensorProto.INT8, "int16": TensorProto.INT16,
    "int32": TensorProto.INT32, "int64": TensorProto.INT64, "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16, "uint32": TensorProto.UINT32, "uint64": TensorProto.UINT64,
    "bool": TensorProto.BOOL, "string": TensorProto.STRING, "float8_e4m3fn": TensorProto.FLOAT8E4M3FN,
}


def constant(name, values):
    return helper.make_node("Constant", [], [name], value_ints=values)


def cast(source, target, type):
    return helper.make_node("Cast", [source], [target], to=type)


def rows(t):
    return [cast("x", "rows", t)], [helper.make_tensor_value_info("rows", t, ["N", 6])]


def scalars(t):
    nodes = [constant("axes", [1]), helper.make_node("ReduceSum", ["x", "axes"], ["sum"], keepdims=0)]
    return nodes + [cast("sum", "scalars", t)], [helper.make_tensor_value_info("scalars", t, ["N"])]


def rank4(t):
    nodes = [constant("shape", [0, 2, 3, 1]), helper.make_node("Reshape", ["x", "shape"], ["cube"])]
    return nodes + [cast("cube", "rank4", t)], [helper.make_tensor_value_info("rank4", t, ["N", 2, 3, 1])]


def empty(t):
    nodes = [constant("from", [0]), constant("to", [0]), constant("dim", [1]),
             helper.make_node("Slice", ["x", "from", "to", "dim"], ["none"])]
    return nodes + [cast("none", "empty", t)], [helper.make_tensor_value_info("empty", t, ["N", 0])]


def several(t):
    (a, b), (c, d) = rows(t), scalars(t)
    return a + c, b + d


def sequence(t):
    nodes = rows(t)[0] + scalars(t)[0] + [helper.make_node("SequenceConstruct", ["rows", "scalars"], ["sequence"])]
    return nodes, [helper.make_tensor_sequence_value_info("sequence", t, None)]


with zipfile.ZipFile("outputs.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
    for name, t in TYPES.items():
        for structure in (rows, scalars, rank4, empty, several, sequence):
            nodes, outputs = structure(t)
            graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 6])], outputs)
            opset = 19 if name.startswith("float8") else 13
            model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", opset)])
            checker.check_model(model)
            entry = zipfile.ZipInfo(f"{name}_{structure.__name__}.onnx", (1980, 1, 1, 0, 0, 0))
            out.writestr(entry, model.SerializeToString(), zipfile.ZIP_DEFLATED)
