"""A server of predictions as one writes it with FastAPI: uvicorn app:app, with MODEL=model.joblib."""

import os

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, Field

from pipeline import COLUMNS

model = joblib.load(os.environ["MODEL"])
app = FastAPI()


class Row(BaseModel):
    longitude: float = Field(ge=-124.5, le=-114)
    latitude: float = Field(ge=32.5, le=42.1)
    housing_median_age: int = Field(ge=1, le=52)
    total_rooms: int = Field(ge=1)
    total_bedrooms: int = Field(ge=1)
    population: int = Field(ge=1)
    households: int = Field(ge=1)
    median_income: float = Field(ge=0.4999, le=15.0001)


class Interval(BaseModel):
    lower: float
    upper: float


class Answer(BaseModel):
    prediction: float
    interval: Interval


@app.get("/readyz")
async def ready() -> str:
    return "ready"


@app.post("/predict")
async def predict(row: Row) -> Answer:
    frame = pd.DataFrame([row.model_dump()], columns=COLUMNS).astype(float)
    y = float(model["pipeline"].predict(frame)[0])
    return Answer(prediction=y, interval=Interval(lower=y - model["half"], upper=y + model["half"]))
