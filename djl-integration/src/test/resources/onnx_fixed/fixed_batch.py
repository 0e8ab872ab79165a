"""Writes mlp_batch1.onnx and mlp_batch8.onnx: mlp.onnx with a batch dimension of 1 and of 8."""
import onnx

for rows in (1, 8):
    model = onnx.load("../onnx/mlp.onnx")
    for value in list(model.graph.input) + list(model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = rows
    onnx.checker.check_model(model)
    onnx.save(model, f"mlp_batch{rows}.onnx")
