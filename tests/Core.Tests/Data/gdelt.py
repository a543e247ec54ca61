# What the reference product's notebook makes of a GDELT file, in its own steps: printed as CSV, every number with all its digits.
# Unlike the notebook it gives read_csv no header: GDELT's files have none, and the first event would be taken for one. Of equally
# frequent event codes the lesser stay, where the notebook leaves that to chance. And numbers are read to the last bit, which pandas'
# quicker default misses.
import sys

import numpy as np
import pandas as pd

names = sys.argv[2].split(",")
data = pd.read_csv(sys.argv[1], sep="\t", header=None, names=names, low_memory=False, float_precision="round_trip")
data = data[["AvgTone", "EventCode", "NumArticles", "Actor1Geo_Lat", "Actor1Geo_Long", "Actor2Geo_Lat", "Actor2Geo_Long"]].copy()
data["EventCode"] = data["EventCode"].astype(object)
events = pd.crosstab(index=data["EventCode"], columns="count").sort_values(by="count", ascending=False, kind="stable").index[:20]

data = data[np.in1d(data["EventCode"], events)]
data = pd.get_dummies(data[((data["Actor1Geo_Lat"] == 0) & (data["Actor1Geo_Long"] == 0) != True)
                           & ((data["Actor2Geo_Lat"] == 0) & (data["Actor2Geo_Long"] == 0) != True)])
print(",".join(data.columns))
for row in data.astype("float64").to_numpy():
    print(",".join(repr(float(value)) for value in row))
