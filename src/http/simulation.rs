use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        simulation::{self, NewSimulation},
    },
    app::App,
    domain::disclosure::{simulation::Simulation, what_if::WhatIf},
};

pub async fn what_if(app: &App, asked: Asked<Evaluating>) -> Result<WhatIf, Failure> {
    simulation::of_opportunity(app, &asked.actor, asked.parts.id()?).await
}

pub async fn simulate(app: &App, posed: Posed<Simulating, NewSimulation>) -> Result<Simulation, Failure> {
    simulation::simulate(app, &posed.actor, posed.parts.id()?, posed.form).await
}
