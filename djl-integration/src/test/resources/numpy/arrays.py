# Writes arrays.npz; needs numpy 2.
import numpy as np

grid = np.arange(6, dtype=np.float64).reshape(2, 3)
np.savez_compressed(
    "arrays.npz",
    grid.astype(np.float32),
    fortran=np.asfortranarray(grid),
    big=grid.astype(">i4"),
    complex=(grid + 1j).astype(np.complex64),
    half=np.array(1.5, dtype=np.float16),
    empty=np.zeros((0, 2), dtype=np.uint16),
    mask=grid > 2,
)
