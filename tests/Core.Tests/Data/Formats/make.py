"""Writes this folder's files with numpy and gzip, which share no code with the readers under test."""
import subprocess

import numpy as np

array = np.array([[1.5, -2.0, 3.25], [1700000060.0, 0.0, -0.5]])
whole = np.array([[1, 2, 3], [100, 0, 7]])
for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    values = array.clip(-1000, 1000) if name == "f2" else array if name[0] == "f" else whole
    for order in "<>":
        if order == "<" or name[1] != "1":
            np.save(f"{'little' if order == '<' else 'big'}-{name}.npy", values.astype(order + name))
np.save("one-dimension.npy", np.arange(4, dtype="f4"))
np.save("fortran.npy", np.asfortranarray(array))
np.save("three-dimensions.npy", np.zeros((2, 2, 2)))
np.save("no-rows.npy", np.zeros((0, 3), "f4"))
np.save("text.npy", np.array(["a", "bc"]))
np.save("structured.npy", np.zeros(2, [("x", "f4"), ("y", "f8")]))
with open("version2.npy", "wb") as file:
    np.lib.format.write_array(file, array.astype("<f4"), version=(2, 0))
with open("version3.npy", "wb") as file:
    np.lib.format.write_array(file, array.astype("<f4"), version=(3, 0))
width = np.full((2, 1), 3, "<i4")
np.hstack([width.view("u1").reshape(2, 4), array.astype("<f4").view("u1").reshape(2, 12)]).tofile("rows.fvecs")
np.hstack([width.view("u1").reshape(2, 4), whole.astype("u1")]).tofile("rows.bvecs")
with open("rows.csv", "w") as file:
    file.write("x,y\n1.5,-2\n3,0.25\n")
subprocess.run(["gzip", "-nf", "rows.csv"], check=True)
